// The links in force of one corp: which account each key has.

function Accounts({ data }) {
  return html`<div class="hero"><h1>${say(data.headline)}</h1></div>
    <${Links} ...${data.links} title=${t("accounts_title")} hint=${t("accounts_hint")} />`;
}

mount(Accounts);
