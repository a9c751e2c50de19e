/** The style sheet of the review page: system fonts, light and dark, no request to anywhere. */
export const GALLERY_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f5f2; --card: #fff; --ink: #1c1b1a; --quiet: #6b6862; --line: #e2dfd8; --accent: #b4451f;
  --good: #2c7a4b; --wait: #94660b; --bad: #b3261e; --frame: #12110f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #141312; --card: #1e1c1a; --ink: #ece9e3; --quiet: #a09b92; --line: #322f2b; --accent: #ff8a5c;
    --good: #6fcf97; --wait: #e2b04a; --bad: #ff8a80; --frame: #0a0908;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
[hidden] { display: none !important; }
header {
  position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center;
  padding: 12px clamp(16px, 3vw, 40px); background: var(--page); border-bottom: 1px solid var(--line);
}
h1 { margin: 0; font-size: 18px; letter-spacing: -0.01em; }
header p { margin: 0; color: var(--quiet); font-variant-numeric: tabular-nums; flex: 1 1 240px; }
.tools { display: flex; flex-wrap: wrap; gap: 8px; flex: 0 1 auto; min-width: 0; }
input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 6px 10px; min-width: 0; }
input { width: 240px; flex: 1 1 160px; }
button { cursor: pointer; padding: 3px 10px; font-size: 13px; white-space: nowrap; }
button:hover { border-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
main { padding: 8px clamp(16px, 3vw, 40px) 48px; max-width: 2000px; margin: 0 auto; }
.project { margin: 28px 0 0; color: var(--quiet); font-size: 13px; font-weight: 600; letter-spacing: 0.02em; }
section { padding: 20px 0 24px; border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 380px; scroll-margin-top: 72px; }
section:focus { outline: none; }
section:focus-visible h2 { text-decoration: underline; text-decoration-color: var(--accent); text-underline-offset: 4px; }
.scene { display: flex; gap: 12px; align-items: baseline; }
h2 { margin: 0; font-size: 17px; overflow-wrap: anywhere; }
.prompt { margin: 4px 0 14px; max-width: 84ch; color: var(--quiet); white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: isolate; }
.grid { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr)); align-items: start; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
video, .blank { display: block; width: 100%; height: auto; max-height: 64vh; background: var(--frame); object-fit: contain; }
.blank { aspect-ratio: 16 / 9; display: grid; place-content: center; padding: 16px; text-align: center; color: #b9b4ab; overflow: auto; overflow-wrap: anywhere; font-size: 14px; }
.facts { padding: 10px 12px 12px; display: grid; gap: 2px; }
.name { display: flex; gap: 8px; align-items: center; justify-content: space-between; font-weight: 600; overflow-wrap: anywhere; }
.badge { flex: none; font-size: 12px; font-weight: 600; border: 1px solid currentColor; border-radius: 99px; padding: 0 8px; }
.good { color: var(--good); } .wait { color: var(--wait); } .bad { color: var(--bad); }
.detail { color: var(--quiet); font-size: 13px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.warn { color: var(--wait); font-size: 13px; overflow-wrap: anywhere; }
.none { padding: 48px 0; text-align: center; color: var(--quiet); }
kbd { font: 12px ui-monospace, monospace; border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; }
footer { padding: 0 clamp(16px, 3vw, 40px) 32px; color: var(--quiet); font-size: 13px; }
@media (max-width: 640px) {
  header { position: static; } .tools { width: 100%; }
  section { scroll-margin-top: 8px; } footer { display: none; }
}
@media print { header { position: static; } .tools, button { display: none; } }
`;
