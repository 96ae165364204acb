// A table of any length: only the rows that are seen exist. Screen readers are told of the others.

const FEW = 200; // rows that are simply all there, where a table does not say how many
const ON_PAPER = 500; // rows that are printed at most
const BEYOND = 600; // pixels above and below what is seen

/** Return the tops of rows with these heights, and the end of the last. */
function topsOf(heights) {
  const tops = new Float64Array(heights.length + 1);
  for (let at = 0; at < heights.length; at++) tops[at + 1] = tops[at] + heights[at];
  return tops;
}

/** Return the last row that begins at or above a height. */
function rowAt(tops, height) {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle] <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether the page is being printed. */
function usePrinting() {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const query = matchMedia("print");
    const changed = () => setPrinting(query.matches);
    changed();
    const before = () => setPrinting(true);
    const after = () => setPrinting(false);
    query.addEventListener("change", changed);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      query.removeEventListener("change", changed);
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  return printing;
}

/** Cells of one row, or of the header. */
function TableRow({ number, role, cells, measured }) {
  return html`<div role="row" class="row" aria-rowindex=${number} data-row=${measured}>
    ${cells.map((cell) => html`<div role=${role} class="cell">${cell}</div>`)}</div>`;
}

/**
 * Rows under headings. `headings`: {title, name}; those with a name sort. `cellsOf` gives a row's
 * cells, `estimate` its height in pixels until it was seen. With the same `order` rows only grow;
 * `total` is how many there will be.
 */
function LongTable({ rows, total = rows.length, few = FEW, order: asked, label, headings, cellsOf, estimate, sorted, onSort, kind }) {
  const printing = usePrinting();
  const whole = printing || total <= few;
  const scroller = useRef(null);
  const [view, setView] = useState({ top: 0, height: 640 });
  const known = useRef({ heights: [] });
  const heights = useMemo(() => {
    const { order, heights: before } = known.current;
    const after = Float64Array.from(rows, (row, at) => (order === asked && before[at]) || estimate(row));
    known.current = { order: asked, heights: after };
    return after;
  }, [rows, asked]);
  const [measured, setMeasured] = useState(0);
  const tops = useMemo(() => topsOf(heights), [heights, measured]);
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
    setView((before) => ({ ...before, top: 0 }));
  }, [asked]);
  const first = whole ? 0 : rowAt(tops, view.top - BEYOND);
  const last = whole ? Math.min(rows.length, printing ? ON_PAPER : FEW) : rowAt(tops, view.top + view.height + BEYOND) + 1;
  useLayoutEffect(() => {
    if (whole || !scroller.current) return;
    let moved = false;
    for (const row of scroller.current.querySelectorAll("[data-row]")) {
      const at = Number(row.dataset.row);
      if (Math.abs(heights[at] - row.offsetHeight) > 0.5) {
        heights[at] = row.offsetHeight;
        moved = true;
      }
    }
    if (moved) setMeasured((count) => count + 1);
  });
  const onScroll = (event) =>
    setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight });
  const order = (name) => (sorted?.name === name ? (sorted.down ? "descending" : "ascending") : undefined);
  const head = headings.map(({ title, name }) =>
    html`<div role="columnheader" class="cell" aria-sort=${name && (order(name) ?? "none")}>
      ${name ? html`<button type="button" class="sort" onClick=${() => onSort(name)}>${title}<span
        class="arrow" aria-hidden="true">${{ ascending: "↑", descending: "↓" }[order(name)] ?? "↕"}</span></button>` : title}</div>`);
  const body = rows.slice(first, last).map((row, at) =>
    html`<${TableRow} key=${first + at} number=${first + at + 2} role="cell" cells=${cellsOf(row)} measured=${first + at} />`);
  return html`<div class="table-frame ${whole ? "" : "long"}" ref=${scroller} onScroll=${whole ? undefined : onScroll}
      tabindex=${whole ? undefined : "0"} role=${whole ? undefined : "region"} aria-label=${whole ? undefined : t("table_of", { label })}>
    <div role="table" class="table ${kind}" aria-label=${label} aria-rowcount=${total + 1} aria-colcount=${headings.length}>
      <div role="rowgroup" class="table-head"><div role="row" class="row" aria-rowindex="1">${head}</div></div>
      <div role="rowgroup" class="table-body" style=${whole ? {} : { height: `${tops[rows.length]}px` }}>
        <div class="window" role="presentation" style=${whole ? {} : { transform: `translateY(${tops[first]}px)` }}>${body}</div></div>
    </div></div>
    ${printing && total > ON_PAPER && html`<p class="hint">${t("printed_first", { count: ON_PAPER, total })}</p>`}`;
}

/**
 * A table with a search and a filter by kind. `counts`: how many there are of each kind, in order;
 * `textOf`: words of a row that are searched; `narrow`, `tools`: a further filter and its control;
 * `arrange` puts rows in an order that `order` names. The rest is `LongTable`'s.
 */
function Finder({ all, total, counts, wordOf, textOf, search, filter, narrow, tools, arrange, order, ...table }) {
  const [words, setWords] = useState("");
  const [kind, setKind] = useState("");
  const filtered = Boolean(words.trim() || kind || narrow);
  const rows = useMemo(() => {
    const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
    const hay = (row) => (row.hay ??= textOf(row).join("\n").toLowerCase());
    const fit = (row) => (!kind || row.kind === kind) && (!narrow || narrow(row)) && parts.every((part) => hay(row).includes(part));
    const fitting = filtered ? all.filter(fit) : all;
    return arrange ? arrange(fitting) : fitting;
  }, [all, words, kind, order]);
  const chip = (name, label, count) => html`<button type="button" class="chip-button" aria-pressed=${String(kind === name)}
    onClick=${() => setKind(name)}>${label} <span class="legend-count">${grouped(count)}</span></button>`;
  return html`<div class="tools">
      <label class="grow">${search}<input type="search" value=${words}
        autocomplete="off" spellcheck=${false} onInput=${(event) => setWords(event.currentTarget.value)} /></label>${tools}</div>
    <div class="kinds" role="group" aria-label=${filter}>${chip("", t("every"), total)}
      ${Object.keys(counts).map((name) => chip(name, wordOf(name), counts[name]))}</div>
    <p class=${filtered ? "hint" : "hidden-text"} role="status">${t("found", { count: rows.length, total })}</p>
    ${all.length < total && html`<p class="hint">${t("unpacking", { count: all.length, total })}</p>`}
    ${rows.length ? html`<${LongTable} ...${table} rows=${rows} total=${filtered ? rows.length : total} order=${JSON.stringify([words, kind, order])} />`
    : html`<p class="nothing">${filtered ? t("found_nothing") : ""}</p>`}`;
}
