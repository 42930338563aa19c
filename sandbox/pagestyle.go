package sandbox

// pageStyle is the look of the pages for people. It is part of the page, which
// needs nothing from elsewhere.
const pageStyle = `<style>
*{box-sizing:border-box}
body{display:flex;flex-direction:column;align-items:center;min-height:100vh;margin:0;padding:clamp(1rem,10vh,6rem) 1rem 1rem;
font:1rem/1.5 system-ui,sans-serif;color:#1d1d21;background:#f4f4f6}
main{width:100%;max-width:24rem;padding:2rem;background:#fff;border:1px solid #d7d7dc;border-radius:8px}
footer{margin-top:auto;padding-top:1.5rem;font-size:.875rem;color:#5e5e66}
h1{margin:0 0 .25rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1.5rem;overflow-wrap:anywhere}
.to{color:#5e5e66}
[role=alert]{padding:.625rem .875rem;color:#8b1a10;background:#fdf1f0;border-left:4px solid #c8321f;border-radius:4px}
label,dt{display:block;font-weight:600}
input,button{display:block;width:100%;padding:.625rem .75rem;font:inherit;border-radius:4px}
input{margin:.25rem 0 1.25rem;color:inherit;background:#fff;border:1px solid #8c8c96}
button{margin-top:1.75rem;font-weight:600;color:#fff;background:#1f5bd0;border:0;cursor:pointer}
button:hover{background:#184aab}
input:focus-visible,button:focus-visible{outline:3px solid #7aa5f5;outline-offset:1px}
dl,dd{margin:0}
dd{margin-bottom:.75rem;overflow-wrap:anywhere}
</style>
`
