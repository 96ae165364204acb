mount(({ data }) => html`<p>${say(data.headline)}</p>`);
