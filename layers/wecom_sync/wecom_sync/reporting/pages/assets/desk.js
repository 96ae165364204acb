// At the desk: the stored page is fetched, again when it has changed, and what a person says is posted.

const OFTEN = 2000; // milliseconds between two looks while something moves
const SELDOM = 15000;
let hurry = 0; // until when something is expected soon
let refresh = () => {};

/** Return what an address answers. Who is signed out is sent to WeCom by the page itself. */
async function got(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (answer.status === 401) location.reload();
  return answer.ok ? answer : null;
}

/** Show the page that is stored, and each newer one. */
async function follow(own, show) {
  let seen = null;
  for (;;) {
    const facts = await got(desk.watch).then((answer) => answer?.text()).catch(() => null);
    if (facts && facts !== seen) {
      const page = await got(desk.document).catch(() => null);
      if (page) {
        seen = facts;
        stored = new DOMParser().parseFromString(await page.text(), "text/html");
        const { value: content } = await unpacked("data").next();
        show({ ...content, desk });
      }
    }
    const waits = Date.now() < hurry || !seen || movesStill(JSON.parse(seen));
    await new Promise((go) => {
      refresh = go;
      setTimeout(go, waits && !document.hidden ? OFTEN : SELDOM);
    });
  }
}

/** Whether a run, or one of a company's, is on its way. */
function movesStill(facts) {
  const runs = facts.runs ?? [facts];
  return runs.some((run) => ["RECEIVED", "QUEUED", "SUBMITTING", "SUBMITTED"].includes(run.state));
}

/** Say something at the desk; return how it was answered, and what with. */
async function post(name, words) {
  const { address, token } = desk.posts[name];
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ ...words, token });
  try {
    const answer = await fetch(address, { method: "POST", headers, body });
    hurry = Date.now() + 120000;
    refresh();
    return { status: answer.status, ...(await answer.json()) };
  } catch {
    return { status: 0 };
  }
}

/** Return the address of a run's page, here and in the report bucket. */
function pageOf(runId) {
  return desk ? `${desk.base}/runs/${runId}` : `${runId}/report.html`;
}

function Opening() {
  return html`<div class="hero"><h1>${t("desk_opening")}</h1></div>`;
}

/** Who is signed in, and the way out. */
function Home() {
  const leave = async () => {
    await post("logout", {});
    location.assign(desk.base);
  };
  return html`<a class="quiet" href=${desk.base}>${t("desk_home")}</a><span class="soft">${clean(desk.user)}</span>
    <button type="button" class="quiet" onClick=${leave}>${t("desk_leave")}</button>`;
}

/** What became of something that was said; nothing as long as it is not. */
function Said({ answer }) {
  if (!answer) return null;
  const code = { 202: "desk_said", 409: "desk_changed", 403: "desk_forbidden", 401: "desk_forbidden" }[answer.status] ?? "desk_failed";
  return html`<p role="status" class=${answer.status === 202 ? "good" : "bad"}>${t(code)}</p>`;
}

/** A button that asks once more before it says something. */
function Sure({ label, sure, main, act }) {
  const [asked, setAsked] = useState(false);
  const [answer, setAnswer] = useState(null);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    setAnswer(await act());
    setBusy(false);
    setAsked(false);
  };
  if (asked) return html`<div class="sure"><button type="button" class="main" disabled=${busy} onClick=${go}>${sure}</button>
    <button type="button" class="quiet" disabled=${busy} onClick=${() => setAsked(false)}>${t("desk_back")}</button></div>`;
  return html`<div><button type="button" class=${main ? "main" : "quiet"} onClick=${() => setAsked(true)}>${label}</button></div>
    <${Said} answer=${answer} />`;
}

/** Return the content of a file as base64. */
function base64Of(file) {
  return new Promise((go, fail) => {
    const reader = new FileReader();
    reader.onload = () => go(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = fail;
    reader.readAsDataURL(file);
  });
}

/** Bring a file: what goes and what stays is shown before it goes. */
function Bring({ runs }) {
  const [file, setFile] = useState(null);
  const [answer, setAnswer] = useState(null);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const send = async (chosen, confirm) => {
    setBusy(true);
    setAnswer({ name: chosen.name, ...(await post("files", { name: chosen.name, content: await base64Of(chosen), confirm })) });
    setBusy(false);
  };
  const choose = (chosen) => {
    setFile(chosen);
    setAnswer(null);
    if (chosen) send(chosen, false);
  };
  const taken = (event) => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer.files[0]);
  };
  const run = answer?.key && runs.find((each) => each.key === answer.key);
  useEffect(() => {
    if (run) location.assign(pageOf(run.run_id));
  }, [run]);
  return html`<${Card} title=${t("desk_bring")} id="bring">
    <label class=${`bring ${over ? "over" : ""}`} onDragOver=${(event) => { event.preventDefault(); setOver(true); }}
        onDragLeave=${() => setOver(false)} onDrop=${taken}>
      <span>${t("desk_choose")}</span>
      <input type="file" accept=".csv,.xlsx,.xls" onChange=${(event) => choose(event.currentTarget.files[0])} /></label>
    ${busy && html`<p role="status">${t("desk_reading")}</p>`}
    ${!busy && answer?.status === 200 && html`<${Preview} file=${file} answer=${answer} go=${() => send(file, true)} />`}
    ${!busy && answer?.key && html`<p role="status">${t("desk_brought")}</p>`}
    ${!busy && answer?.problems && html`<ul class="who">${answer.problems.map((each) => html`<li>${say(each)}</li>`)}</ul>`}
    ${!busy && answer && ![200, 202, 422].includes(answer.status) && html`<${Said} answer=${answer} />`}<//>`;
}

/** Which columns of a file go, and which stay here. */
function Preview({ file, answer, go }) {
  const list = (names) => (names.length ? listed(names) : t("desk_none"));
  return html`<div class="stack"><p>${t("desk_rows", { name: file.name, count: answer.rows })}</p>
    <dl class="facts-list"><dt>${t("desk_goes")}</dt><dd>${list(answer.sent)}</dd><dt>${t("desk_stays")}</dt><dd>${list(answer.stays)}</dd></dl>
    <div><button type="button" class="main" onClick=${go}>${t("desk_send")}</button></div></div>`;
}
