// The links in force of one corp: which account each key has.

function Accounts({ data }) {
  const [choices, choose] = useChoices();
  const answers = desk?.posts.accounts && { choices, choose };
  return html`<div class="hero"><h1>${say(data.headline)}</h1></div>
    <${Links} ...${data.links} ...${answers} title=${t("accounts_title")} hint=${t("accounts_hint")}>
      ${choices.size > 0 && html`<${Statement} stated=${data.stated} choices=${choices} alone=${true} />`}<//>`;
}

mount(Accounts);
