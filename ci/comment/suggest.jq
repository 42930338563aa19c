# What the script suggest takes from a forge's answers, and makes of a review.

# added_lines returns the lines that a pull request adds, by file and number, from a page of its files.
# A forge leaves out the diff of a large file.
def added_lines:
  def added: reduce (split("\n"))[] as $line ({n: 0, lines: {}};
    if $line | startswith("@@") then .n = ($line | capture("\\+(?<n>[0-9]+)").n | tonumber)
    elif $line | startswith("+") then .lines[.n | tostring] = $line[1:] | .n += 1
    elif $line | test("^[-\\\\]") then .
    else .n += 1 end) | .lines;
  [.[] | {path: (.filename // .new_path), old: .old_path, lines: (.patch // .diff // "" | added)}];

# suggested returns the ids of the suggestions on a page of comments that are there already. One on
# lines that have changed since counts no longer on GitHub, which then gives no line.
def suggested($me):
  [.[] | (.notes // [.])[]
    | select(((.user.login // .author.id) | tostring) == $me and (has("line") and .line == null | not))
    | .body | capture("^<!-- oktaform suggestion (?<id>[0-9a-f]+) -->").id];

def bare: rtrimstr("\r");

# fenced returns lines in a block that none of them can end.
def fenced($kind):
  (([.[] | scan("`+") | length] | max // 0) as $longest | [$longest + 1, 3] | max) as $length
  | ($length * "`") as $fence
  | "\($fence)\($kind)\n\([.[] | bare + "\n"] | add // "")\($fence)\n";

# suggestions returns the comments to make, 20 at most: only where the forge shows the very lines that
# they replace, as added. What was reviewed may be the merge of the pull request, in which lines have
# other numbers.
def suggestions($forge; $request; $files; $there):
  [.suggestions[]
    | select((.id | test("^[0-9a-f]+$")) and (.before | length) <= 100 and (.id | IN($there[]) | not))
    | (.file | ltrimstr("./")) as $path
    | .line as $first
    | ($first + (.before | length) - 1) as $last
    | ($files[] | select(.path == $path)) as $file
    | select([range(.before | length) as $i | $file.lines[($first + $i) | tostring] // "" | bare] == [.before[] | bare])
    | (if $forge == "gitlab" then "suggestion:-0+\($last - $first)" else "suggestion" end) as $kind
    | ([.rules[] | gsub("[^A-Za-z0-9 .,'-]"; "") | "**\(.)**"] | join("; ")) as $rules
    | "<!-- oktaform suggestion \(.id) -->\n\($rules)\n\n\(.after | fenced($kind))" as $body
    | if $forge == "gitlab" then
        {body: $body, position: ($request.diff_refs + {position_type: "text", new_path: $path, old_path: $file.old, new_line: $first})}
      else
        {body: $body, commit_id: $request.head.sha, path: $path, line: $last, side: "RIGHT"}
        + if $last > $first then {start_line: $first, start_side: "RIGHT"} else {} end
      end][:20][];
