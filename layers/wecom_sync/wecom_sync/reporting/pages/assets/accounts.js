// The links in force of one corp: which account each key has.

function Accounts({ data }) {
  const [choices, choose] = useChoices();
  const may = desk?.posts.accounts;
  return html`<div class="hero"><h1>${say(data.headline)}</h1></div>
    <${Links} ...${data.links} ...${may && { choices, choose }} dated=${true} title=${t("accounts_title")} hint=${t("accounts_hint")}>
      ${desk && (may ? html`<${Statement} stated=${data.stated} choices=${choices} choose=${choose} alone=${true} />` : html`<${MayNot} />`)}<//>`;
}

mount(Accounts);
