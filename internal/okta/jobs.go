package okta

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/schema"
)

// Job is a part of a read whose requests all count in one bucket.
type Job struct {
	Bucket string
	N      int // minimum number of its requests
	Run    func(context.Context) error
}

// MaxJobsPerBucket is the number of jobs of one bucket that run concurrently. The limiter lets
// fewer requests through; jobs of one bucket never delay those of another.
const MaxJobsPerBucket = 64

// RunJobs runs jobs concurrently until one fails.
func RunJobs(ctx context.Context, jobs []Job) error {
	queues := map[string][]Job{}
	for _, j := range jobs {
		queues[j.Bucket] = append(queues[j.Bucket], j)
	}
	work, ctx := errgroup.WithContext(ctx)
	for _, queue := range queues {
		var begun atomic.Int64
		for range min(len(queue), MaxJobsPerBucket) {
			work.Go(crash.Safe(func() error {
				for i := begun.Add(1); i <= int64(len(queue)) && ctx.Err() == nil; i = begun.Add(1) {
					if err := queue[i-1].Run(ctx); err != nil {
						return err
					}
				}
				return context.Cause(ctx)
			}))
		}
	}
	return work.Wait()
}

// LoadOf returns the number of requests of jobs, by bucket.
func LoadOf(jobs []Job) schema.Load {
	load := schema.Load{}
	for _, j := range jobs {
		load.Add(j.Bucket, j.N)
	}
	return load
}
