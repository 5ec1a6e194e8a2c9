"""How the page of a comparison looks. Light and dark, as the reader's screen is."""

STYLE = """
:root{color-scheme:light dark;--paper:#f6f4ef;--card:#fff;--ink:#23211d;--quiet:#7a756b;
--line:#e2ddd2;--old:#b3261e;--oldbg:#fbe3e0;--new:#1d6b3a;--newbg:#dcf1e2;--warm:#9a5b00;
--warmbg:#fbeccf;--cool:#2f4f8f;--coolbg:#e1e9f8}
@media (prefers-color-scheme:dark){:root{--paper:#16171a;--card:#202226;--ink:#ebe7dd;
--quiet:#98948a;--line:#33363c;--old:#ff9d93;--oldbg:#4a211e;--new:#8fdca8;--newbg:#1c3c28;
--warm:#f2c06b;--warmbg:#42321a;--cool:#a9c1f5;--coolbg:#243252}}
*{box-sizing:border-box}
body{margin:0 auto;padding:32px 28px 48px;max-width:1240px;background:var(--paper);
color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,.row{display:grid;grid-template-columns:1fr 1fr;gap:0 24px}
.film{border-top:3px solid var(--old);padding-top:12px;min-width:0}
.film+.film{border-color:var(--new)}
.which{font-size:12px;letter-spacing:.08em;text-transform:uppercase;color:var(--quiet)}
h1{margin:2px 0 4px;font-size:26px;line-height:1.2;font-weight:650;overflow-wrap:anywhere}
.id{margin:0;font:13px ui-monospace,"DejaVu Sans Mono",monospace;color:var(--quiet);
overflow-wrap:anywhere}
.facts{margin:4px 0 0;color:var(--quiet)}
.sum{margin:20px 0}
.chip,.badge,.badges b{display:inline-block;padding:2px 10px;border-radius:99px;font-size:13px;
font-weight:600;background:var(--line);margin:0 6px 6px 0}
b.changed{background:var(--warmbg);color:var(--warm)}
b.added{background:var(--newbg);color:var(--new)}
b.removed{background:var(--oldbg);color:var(--old)}
b.moved{background:var(--coolbg);color:var(--cool)}
.fields{width:100%;border-collapse:collapse;table-layout:fixed;margin:0 0 12px;font-size:14px}
.fields th{width:150px;text-align:left;font-weight:500;color:var(--quiet)}
.fields th,.fields td{padding:6px 12px 6px 0;border-top:1px solid var(--line);
vertical-align:top;overflow-wrap:anywhere}
.row{padding:18px 0;border-top:1px solid var(--line)}
.badges{grid-column:1/-1}
.badges b{font-size:12px}
.quiet .badges b{background:none;padding:0;font-weight:400;color:var(--quiet)}
article{background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;
padding-bottom:10px;min-width:0}
article.empty{background:none;border-style:dashed;display:grid;place-items:center;padding:0;
color:var(--quiet)}
.quiet article{opacity:.75}
.picture{position:relative;background:var(--line);display:grid;place-items:center;
margin-bottom:10px}
.picture img{width:100%;height:100%;object-fit:cover;display:block}
.picture em{color:var(--quiet);font-size:14px}
.picture span{position:absolute;left:10px;top:10px;min-width:28px;padding:1px 8px;
border-radius:6px;background:#000a;color:#fff;text-align:center;font-weight:650}
article p{margin:0;padding:2px 14px;overflow-wrap:anywhere}
.view{color:var(--quiet);font-size:13px;text-transform:lowercase}
article i{font-style:normal;color:var(--quiet);font-size:12px;margin-right:4px}
.narration{font-family:Georgia,"DejaVu Serif",serif}
del{color:var(--old);background:var(--oldbg);border-radius:3px;padding:0 2px}
ins{color:var(--new);background:var(--newbg);border-radius:3px;padding:0 2px;
text-decoration:none}
mark{color:var(--warm);background:var(--warmbg);border-radius:3px;padding:0 3px}
.nothing,.none{color:var(--quiet)}
footer{margin-top:28px;padding-top:14px;border-top:1px solid var(--line);color:var(--quiet);
font-size:13px}
@media (max-width:640px){header,.row{gap:0 10px}body{padding:16px 12px}h1{font-size:20px}
.fields th{width:90px}}
"""
