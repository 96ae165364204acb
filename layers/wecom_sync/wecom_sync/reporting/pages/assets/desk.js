// At the desk: the stored page is fetched, again when it has changed, and what a person says is posted.

const OFTEN = 2000; // milliseconds between two looks while something moves
const SELDOM = 15000;
const EXPECTED = 120000; // how long something that was said may take to show
const MISSES = 5; // looks in vain, after which there is no such page
const LARGEST = 4500000; // bytes
let hurry = 0; // until when something is expected soon
let refresh = () => {};
let unsaid = false; // whether somebody has typed or chosen what is not said yet

/** Return what stands at an address; blank if nothing does, null if it cannot be read. Who is signed out goes to WeCom and comes back. */
async function got(address) {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if ([401, 403].includes(answer.status) && !unsaid) location.reload();
    return answer.ok ? await answer.text() : answer.status === 404 ? "" : null;
  } catch {
    return null;
  }
}

/** Show the page that is stored, and each newer one. */
async function follow(own, show) {
  addEventListener("input", () => (unsaid = true));
  addEventListener("visibilitychange", () => refresh());
  let seen = null;
  let before = null;
  let settled = false;
  let missed = 0;
  for (;;) {
    const facts = await got(desk.watch);
    if (facts === "" && ++missed === MISSES) show(own, Missing);
    if (facts && !(settled && facts === seen)) {
      const page = await got(desk.document);
      // The page is written after the facts, so both are looked at once more.
      settled = Boolean(page) && facts === seen;
      seen = facts;
      if (page && page !== before) {
        before = page;
        stored = new DOMParser().parseFromString(page, "text/html");
        const { value: content } = await unpacked("data").next();
        show({ ...content, desk });
      }
    }
    const waits = !settled || Date.now() < hurry || movesStill(JSON.parse(seen));
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
    if (answer.ok) unsaid = false;
    hurry = Date.now() + EXPECTED;
    refresh();
    return { ...(await answer.json()), status: answer.status };
  } catch {
    return { status: 0 };
  }
}

/** Return the address of a run's page, here and in the report bucket. */
function pageOf(runId) {
  return desk ? `${desk.base}/runs/${runId}` : `${runId}/report.html`;
}

function Opening() {
  return html`<div class="hero"><h1>${t("desk_opening")}</h1><p class="soft">${t("desk_opening_long")}
    ${" "}<a href=${desk.document} download>${t("desk_save")}</a></p></div>`;
}

function Missing() {
  return html`<div class="hero"><h1>${t("desk_missing")}</h1><p><a class="go" href=${desk.base}>${t("desk_home")}</a></p></div>`;
}

/** Who is signed in, and the way out. */
function Home() {
  const leave = async () => {
    await post("logout", {});
    location.assign(desk.base);
  };
  return html`<nav class="home"><a href=${desk.base}>${t("desk_home")}</a><span class="soft">${clean(desk.user)}</span>
    <button type="button" class="quiet" onClick=${leave}>${t("desk_leave")}</button></nav>`;
}

/** Who may say what the reader may not. */
function MayNot() {
  return html`<p>${t(desk.posts.files ? "desk_may_bring" : "desk_may_not", { who: listed(desk.approvers) })}</p>`;
}

/** What became of something that was said; nothing as long as it is not. */
function Said({ answer, code = "desk_said" }) {
  if (!answer) return null;
  const refused = { 400: "desk_refused", 401: "desk_forbidden", 403: "desk_forbidden", 409: "desk_changed" };
  const taken = answer.status === 202;
  return html`<p role="status" class=${`said ${taken ? "good" : "bad"}`}>${t(taken ? code : refused[answer.status] ?? "desk_failed")}</p>`;
}

/** A button that asks once more before it says something; anew when what it is about has changed. */
function Sure({ of, label, sure, main, act }) {
  const [asked, setAsked] = useState(null);
  const [answer, setAnswer] = useState(null);
  const [busy, setBusy] = useState(false);
  const back = useRef(null);
  const ask = useRef(null);
  const isAsked = Boolean(asked) && asked.of === of;
  useLayoutEffect(() => {
    if (isAsked) back.current.focus(); // so that a key that is held down says nothing
    else if (asked === false) ask.current.focus();
  }, [isAsked]);
  const go = async (event) => {
    if (event.detail > 1) return; // the second half of a double click
    setBusy(true);
    setAnswer(await act());
    setBusy(false);
    setAsked(false);
  };
  const style = main ? "main" : "quiet";
  if (!isAsked) return html`<button key="ask" type="button" class=${style} ref=${ask} onClick=${() => setAsked({ of })}>${label}</button><${Said} answer=${answer} />`;
  return html`<div key="sure" class="sure" role="group" aria-label=${label}><button type="button" class=${style} disabled=${busy} onClick=${go}>${sure}</button>
    <button type="button" class="quiet" ref=${back} disabled=${busy} onClick=${() => setAsked(false)}>${t("desk_back")}</button></div>`;
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
  const send = async (chosen, confirm) => {
    setFile(chosen);
    setAnswer({ busy: true });
    setAnswer(await post("files", { ...chosen, confirm }));
  };
  const choose = async (chosen) => {
    if (!chosen) return;
    const content = chosen.size <= LARGEST && (await base64Of(chosen).catch(() => null));
    if (content) await send({ name: chosen.name, content }, false);
    else setAnswer({ status: 400 });
  };
  const drag = (is) => (event) => {
    event.preventDefault();
    setOver(is);
  };
  const drop = (event) => {
    drag(false)(event);
    choose(event.dataTransfer.files[0]);
  };
  const pick = (event) => {
    choose(event.currentTarget.files[0]);
    event.currentTarget.value = ""; // so that the same file can be chosen again when it was corrected
  };
  const isFull = runs.some((other) => other.state === "RECEIVED" && other.key.endsWith("/"));
  const run = answer?.key && runs.find((other) => other.key === answer.key);
  useEffect(() => {
    if (run) location.assign(pageOf(run.run_id));
  }, [run]);
  return html`<${Card} title=${t("desk_bring")} id="bring">
    <label class=${`bring ${over ? "over" : ""}`} onDragOver=${drag(true)} onDragLeave=${drag(false)} onDrop=${drop}>
      <strong>${t("desk_choose")}</strong><span class="soft">${t("desk_choose_hint")}</span><input type="file" class="hidden-text" onChange=${pick} /></label>
    <div class="stack" role="status">
      ${answer?.busy && html`<p>${t("desk_reading")}</p>`}
      ${answer?.status === 200 && html`<${Preview} file=${file} answer=${answer} go=${() => send(file, true)} />`}
      ${answer?.status === 202 && html`<p class=${`said ${isFull ? "bad" : "good"}`}>${t(isFull ? "desk_brought_full" : "desk_brought")}</p>`}
      ${answer?.problems?.map((problem) => html`<p class="said bad">${say(problem)}</p>`)}</div>
    ${answer && !answer.busy && ![200, 202, 422].includes(answer.status) && html`<${Said} answer=${answer} />`}<//>`;
}

/** Which columns of a file go on to WeCom, and which do not. */
function Preview({ file, answer, go }) {
  const columns = (names) => (names.length ? listed(names) : t("desk_none"));
  return html`<p><strong>${t("desk_rows", { name: file.name, count: answer.rows })}</strong></p>
    ${answer.left.map((why) => html`<p>${say(why)}</p>`)}
    <dl class="facts-list"><dt>${t("desk_goes")}</dt><dd>${columns(answer.sent)}</dd><dt>${t("desk_stays")}</dt><dd>${columns(answer.stays)}</dd></dl>
    <button type="button" class="main" onClick=${go}>${t("desk_send")}</button>`;
}
