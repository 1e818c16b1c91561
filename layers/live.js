// Live map: Leaflet on canvas and h3-js, both served by the app itself. Texts reach the page by textContent only.
const at = (path) => new URL(path, document.baseURI).href;  // import() from a blob needs an absolute address
const INK = '#14191f', SPOT = '#8a1538', CHOSEN = '#0b63ce', BORDER = '#5b6671', BLOCK = '#5b6671';

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};

function load(tag, attributes) {
  return new Promise((done, failed) => {
    document.head.appendChild(Object.assign(document.createElement(tag), attributes, {onload: done, onerror: failed}));
  });
}

function fetchLibraries(base) {
  const sheet = load('link', {rel: 'stylesheet', href: at(base + 'leaflet.css')});
  const leaflet = window.L ? Promise.resolve() : load('script', {src: at(base + 'leaflet.js')});
  return Promise.all([sheet, leaflet, import(at(base + 'h3.mjs'))]).then((all) => all[2]);
}

// ---- reading the compact payload (layers/live.py writes it) ----

const unpackIds = (groups) => groups.flatMap(({head, tail, width, bodies}) =>
  Array.from({length: bodies.length / width}, (_, i) => head + bodies.slice(i * width, (i + 1) * width) + tail));

const unpackNumbers = ({width, digits}) =>
  Array.from({length: digits.length / width}, (_, i) => parseInt(digits.slice(i * width, (i + 1) * width), 36));

function unpackLine(text) {
  const points = [];
  let i = 0, lat = 0, lng = 0;
  const next = () => {
    let shift = 0, value = 0, byte;
    do { byte = text.charCodeAt(i++) - 63; value |= (byte & 31) << shift; shift += 5; } while (byte >= 32);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (i < text.length) { lat += next(); lng += next(); points.push([lat / 1e5, lng / 1e5]); }
  return points;
}

function unpackTips(columns, count) {
  const read = columns.map(({texts, which}) => unpackNumbers(which).map((n) => texts[n]));
  return Array.from({length: count}, (_, i) => read.map((lines) => lines[i]).filter(Boolean));
}

const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

function hatching(c) {
  if (c.length !== 6) return [[c[0], c[c.length >> 1]]];
  return [[middle(c[5], c[0]), middle(c[1], c[2])], [c[5], c[2]], [middle(c[5], c[4]), middle(c[2], c[3])]];
}

function unionOf(h3, ids) {
  const groups = new Map();
  for (const id of ids) groups.set(id[1], [...(groups.get(id[1]) ?? []), id]);
  return [...groups.values()].flatMap((group) => h3.cellsToMultiPolygon(group));
}

// ---- the map ----

function tipElement(lines) {
  const box = make('div');
  for (const line of lines) box.appendChild(make('div', '', line));
  return box;
}

function controls(box, data) {
  const {map} = box.state;
  L.control.zoom({zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out}).addTo(map);
  L.control.scale({imperial: false, maxWidth: 140}).addTo(map);
  const chooser = L.control({position: 'topright'});
  chooser.onAdd = () => {
    const details = make('details', 'hotmap-layers');
    details.appendChild(make('summary'));
    L.DomEvent.disableClickPropagation(details).disableScrollPropagation(details);
    return (box.state.chooser = details);
  };
  chooser.addTo(map);
  box.appendChild(make('div', 'hotmap-cross')).setAttribute('aria-hidden', 'true');
  box.state.say = box.appendChild(make('div', 'hotmap-say'));
  box.state.say.setAttribute('role', 'status');
}

function start(box, data, h3) {
  // Leaflet focuses the map on a press; the browser would scroll the page under the pointer, and the click would miss.
  box.focus = (options) => HTMLElement.prototype.focus.call(box, {...options, preventScroll: true});
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(box, {
    preferCanvas: true, minZoom: 4, maxZoom: 18, zoomSnap: 0.5, attributionControl: false, zoomControl: false,
    fadeAnimation: !still, zoomAnimation: !still, inertia: !still,
  }).setView([62, 16], 5);
  map.createPane('names').style.zIndex = 620;
  map.getPane('names').style.pointerEvents = 'none';
  box.state = {
    map, h3, layers: new Map(), off: new Set(), timer: null, fitted: null, following: false,
    ring: L.featureGroup().addTo(map), leaders: L.layerGroup().addTo(map), texts: L.layerGroup().addTo(map),
  };
  controls(box, data);
  map.on('moveend', () => { moved(box); placePins(box); placeNames(box); });
  // Leaflet focuses the box on a click too: only a reader at the keyboard gets the cross and the frame.
  for (const kind of ['keydown', 'keyup']) box.addEventListener(kind, () => box.classList.add('keys'));
  box.addEventListener('pointerdown', () => box.classList.remove('keys'));
  box.addEventListener('keydown', (event) => { if (event.target === box && event.key === 'Enter') pick(box, true); });
  new ResizeObserver(() => map.invalidateSize({pan: false})).observe(box);
  document.addEventListener('hotmap:view', function hear(event) {
    if (box.isConnected) follow(box, event.detail);
    else document.removeEventListener('hotmap:view', hear);
  });
}

function moved(box) {
  const {map, following} = box.state;
  const {group, view} = box.component.data;
  if (group && !following) {
    const detail = {group, from: box, centre: map.getCenter(), zoom: map.getZoom()};
    document.dispatchEvent(new CustomEvent('hotmap:view', {detail}));
  }
  if (document.activeElement === box && box.classList.contains('keys')) pick(box, false);
  if (!view) return;
  clearTimeout(box.state.timer);
  box.state.timer = setTimeout(() => {
    const b = map.getBounds();
    box.component.setStateValue('view', {
      zoom: map.getZoom(),
      bounds: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((x) => +x.toFixed(4)),
    });
  }, 300);
}

function follow(box, {group, from, centre, zoom}) {
  if (from === box || group !== box.component.data.group) return;
  box.state.following = true;
  box.state.map.setView(centre, zoom, {animate: false});
  box.state.following = false;
}

// Keyboard: what lies under the cross in the middle is read out, and Enter chooses it.
function pick(box, choose) {
  const {map, layers, off, h3} = box.state;
  const centre = map.getCenter();
  let found = null;
  for (const [name, drawn] of layers) {
    if (off.has(name) || !drawn.ids) continue;
    for (const r of drawn.resolutions) {
      const id = h3.latLngToCell(centre.lat, centre.lng, r);
      const hit = drawn.ids.get(id);
      if (hit) found = {layer: name, id: hit.id, lines: hit.lines};
    }
  }
  box.state.say.textContent = found ? found.lines.join('. ') : '';
  if (choose && found) send(box, found.layer, found.id);
}

const send = (box, layer, id) => box.component.setTriggerValue('clicked', {layer, id});

// ---- drawing one layer of each kind: each gives {group, key, ids?, resolutions?, names?} ----

function drawCells(box, layer, old) {
  const {h3} = box.state;
  const ids = unpackIds(layer.ids), classes = unpackNumbers(layer.classes), tips = unpackTips(layer.tips, ids.length);
  const hot = new Set(layer.hot), uncertain = new Set(layer.uncertain);
  const finest = Math.max(...ids.map((id) => parseInt(id[1], 16)));
  const found = new Map(), group = old?.group ?? tipped(L.featureGroup());
  const kept = new Set(ids);
  for (const [id, {shape}] of old?.ids ?? []) if (!kept.has(id)) group.removeLayer(shape);
  ids.forEach((id, i) => {
    const block = parseInt(id[1], 16) < finest;
    const look = {
      fillColor: block ? BLOCK : layer.palette[classes[i]], fillOpacity: block ? 0.05 : 0.8, color: block ? INK : '#fff',
      weight: block ? 1 : 0.6, dashArray: block ? '5 4' : null, opacity: block ? 0.5 : 0.9,
    };
    let shape = old?.ids.get(id)?.shape;
    if (!shape) {
      shape = L.polygon(h3.cellToBoundary(id), look).addTo(group);
      shape.on('click', () => send(box, layer.name, id));
    } else if (shape.options.fillColor !== look.fillColor || shape.options.dashArray !== look.dashArray) shape.setStyle(look);
    shape.lines = tips[i].length ? [...tips[i]] : [layer.labels[classes[i]]];
    const marks = [hot.has(i), block, uncertain.has(i)];
    marks.forEach((on, m) => { if (on && layer.marks[m]) shape.lines.push(layer.marks[m]); });
    found.set(id, {id, shape, lines: shape.lines});
  });
  const marks = L.layerGroup();
  const strokes = ids.filter((_, i) => uncertain.has(i)).flatMap((id) => hatching(h3.cellToBoundary(id)));
  if (strokes.length) L.polyline(strokes, {color: INK, weight: 1.2, opacity: 0.75, interactive: false}).addTo(marks);
  outline(unionOf(h3, ids.filter((_, i) => hot.has(i))), {color: INK, weight: 2.4}).forEach((line) => line.addTo(marks));
  return {group, marks, ids: found, resolutions: [...new Set(ids.map((id) => parseInt(id[1], 16)))].sort((a, b) => a - b)};
}

// A line with a white edge is seen on light and dark cells alike.
function outline(rings, look) {
  if (!rings.length) return [];
  const plain = {fill: false, interactive: false};
  return [
    L.polygon(rings, {...plain, color: '#fff', weight: look.weight + 2.6, opacity: 0.9}),
    L.polygon(rings, {...plain, ...look}),
  ];
}

function drawAreas(box, layer) {
  const group = tipped(L.featureGroup()), ids = new Map();
  for (const area of layer.areas) {
    const rings = area.rings.map(unpackLine);
    const look = {fillColor: layer.palette[area.class], fillOpacity: 0.8, color: '#fff', weight: 0.8, opacity: 0.9};
    const shape = L.polygon(rings, look).addTo(group);  // even-odd: a ring inside another is a hole
    shape.lines = [area.tip, layer.labels[area.class]].filter(Boolean);
    shape.on('click', () => send(box, layer.name, area.id));
    ids.set(area.id, {id: area.id, shape, rings, lines: shape.lines});
  }
  return {group, ids, resolutions: []};
}

function drawSpots(box, layer) {
  const {h3, map} = box.state;
  const group = tipped(L.featureGroup()), marks = L.layerGroup(), ids = new Map(), pins = [];
  const resolutions = new Set();
  for (const spot of layer.spots) {
    const cells = unpackIds(spot.cells), rings = unionOf(h3, cells), state = layer.states[spot.state];
    const look = {color: SPOT, weight: state.weight, dashArray: state.dash || null, lineCap: 'round'};
    outline(rings, look).forEach((line) => line.addTo(marks));
    const lines = spot.tip ? spot.tip.split('\n') : [spot.label];
    const shape = L.polygon(rings, {stroke: false, fillColor: SPOT, fillOpacity: 0.14}).addTo(group);
    shape.lines = lines;
    const top = rings.flat(2).reduce((a, b) => (b[0] > a[0] ? b : a));
    const icon = L.divIcon({className: 'hotmap-spot', iconSize: [0, 0], html: make('span', '', `${state.symbol} ${spot.label}`)});
    const pin = L.marker(top, {icon}).addTo(group);
    pin.lines = lines;
    pin.on('add', () => pin.getElement().setAttribute('aria-label', [spot.label, ...lines].join('. ')));
    for (const part of [shape, pin]) part.on('click', () => send(box, layer.name, spot.id));
    for (const cell of cells) { ids.set(cell, {id: spot.id, lines}); resolutions.add(parseInt(cell[1], 16)); }
    ids.set(spot.id, {id: spot.id, cells, pin, lines});
    pins.push({at: top, marker: pin, rings, text: spot.label});
  }
  return {group, marks, ids, pins, resolutions: [...resolutions]};
}

function drawLines(layer) {
  const lines = layer.lines.map(unpackLine), plain = {interactive: false};
  const edge = L.polyline(lines, {...plain, color: '#fff', weight: 2.6, opacity: 0.45});  // seen on dark cells too
  return {group: L.layerGroup([edge, L.polyline(lines, {...plain, color: BORDER, weight: 1.1, opacity: 0.85})]), names: layer.names, area: true};
}

function tipped(group) {
  return group.bindTooltip((shape) => tipElement(shape.lines), {sticky: true, className: 'hotmap-tip', opacity: 1});
}

function draw(box, layer, old) {
  if (layer.kind === 'cells') return drawCells(box, layer, old);
  if (layer.kind === 'areas') return drawAreas(box, layer);
  if (layer.kind === 'spots') return drawSpots(box, layer);
  if (layer.kind === 'lines') return drawLines(layer);
  return {group: L.layerGroup(), names: layer.names, area: false};
}

const apart = (a, b) => a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
const boxAt = (x, y, half, tall) => [x - half, y - tall, x + half, y + tall];

// A spot's number stands beside its own ground and on nobody else's; one that had to move away gets a line to it.
function placePins(box) {
  const {map, layers, off, leaders} = box.state;
  leaders.clearLayers();
  const pins = [...layers].filter(([name]) => !off.has(name)).flatMap(([, d]) => d.pins ?? []);
  for (const pin of pins) {
    const points = pin.rings.flat(2).map((p) => map.latLngToContainerPoint(p));
    const xs = points.map((p) => p.x), ys = points.map((p) => p.y);
    pin.ground = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  }
  const taken = [];
  for (const pin of pins) {
    const start = map.latLngToContainerPoint(pin.at), [west, north, east, south] = pin.ground;
    const half = Math.min(12 + pin.text.length * 3.8, 60) + 6, x = (west + east) / 2, y = (north + south) / 2;
    const places = [[start.x, start.y - 14]];
    for (const away of [4, 22, 40]) {
      const right = east + half + away, left = west - half - away, up = north - 10 - away, down = south + 10 + away;
      places.push([right, y], [left, y], [x, up], [x, down], [right, up], [left, up], [right, down], [left, down]);
    }
    const free = ([px, py]) => {
      const wanted = boxAt(px, py, half, 11);
      return taken.every((t) => apart(wanted, t)) && pins.every((o) => o === pin || apart(wanted, o.ground));
    };
    const place = places.find(free) ?? places[0];
    taken.push(boxAt(...place, half, 11));
    pin.shift = [place[0] - start.x, place[1] - start.y + 14];
    const words = pin.marker.getElement()?.firstChild;
    if (words) words.style.translate = `${pin.shift[0]}px ${pin.shift[1]}px`;
    const far = Math.max(west - place[0] - half, place[0] - half - east, north - place[1] - 11, place[1] - 11 - south);
    if (far < 8) continue;
    const ends = [[x, y], place].map((p) => map.containerPointToLatLng(p));
    L.polyline(ends, {color: SPOT, weight: 1.2, interactive: false}).addTo(leaders);
  }
}

// Names stand where they do not lie on each other: earlier ones win.
function placeNames(box) {
  const {map, layers, off, texts} = box.state;
  texts.clearLayers();
  const zoom = map.getZoom(), size = map.getSize();
  const taken = [...layers].filter(([name]) => !off.has(name)).flatMap(([, d]) => d.pins ?? []).flatMap(({at, text, shift, ground}) => {
    const {x, y} = map.latLngToContainerPoint(at), [west, north, east, south] = ground;
    const spot = {x: (west + east) / 2, y: (north + south) / 2, half: (east - west) / 2, tall: (south - north) / 2 + 8};
    return [{x: x + shift[0], y: y - 14 + shift[1], half: 14 + text.length * 3.6}, spot];
  });
  const wanted = [...layers].filter(([name, d]) => d.names && !off.has(name)).sort((a, b) => b[1].area - a[1].area);
  for (const [, {names, area}] of wanted) {
    for (const [text, lat, lng, from] of names) {
      if (zoom < from || !text) continue;
      const {x, y} = map.latLngToContainerPoint([lat, lng]);
      const half = Math.min(text.length * 3.4, 90) + 6;
      if (x < half || y < 10 || x > size.x - half || y > size.y - 10) continue;
      if (taken.some((t) => Math.abs(t.x - x) < t.half + half && Math.abs(t.y - y) < (t.tall ?? 18))) continue;
      taken.push({x, y, half});
      const icon = L.divIcon({className: 'hotmap-name' + (area ? ' area' : ''), iconSize: [0, 0], html: make('span', '', text)});
      L.marker([lat, lng], {icon, pane: 'names', interactive: false, keyboard: false}).addTo(texts);
    }
  }
}

// ---- bringing all together ----

function stack(box) {
  const {map, layers, off, ring} = box.state;
  const rank = {areas: 0, cells: 0, lines: 1, spots: 2, names: 3};
  const ordered = [...layers].sort((a, b) => rank[a[1].kind] - rank[b[1].kind]);
  for (const [name, {group, marks}] of ordered) {
    for (const part of [group, marks]) {
      if (!part) continue;
      if (off.has(name)) { part.remove(); continue; }
      if (!map.hasLayer(part)) part.addTo(map);
      part.eachLayer((shape) => shape.bringToFront?.());
    }
  }
  ring.bringToFront();
}

function showChosen(box, selected) {
  const {map, layers, ring, h3, off} = box.state;
  ring.clearLayers();
  for (const {ids} of layers.values()) for (const entry of ids?.values() ?? []) entry.pin?.getElement()?.classList.remove('chosen');
  const hit = selected && !off.has(selected.layer) && layers.get(selected.layer)?.ids?.get(selected.id);
  if (!hit) return;
  outline(hit.rings ?? unionOf(h3, hit.cells ?? [hit.id]), {color: CHOSEN, weight: 4.5}).forEach((line) => line.addTo(ring));
  hit.pin?.getElement()?.classList.add('chosen');
  const key = JSON.stringify(selected);
  if (box.state.chosen !== key && !map.getBounds().intersects(ring.getBounds())) map.panTo(ring.getBounds().getCenter());
  box.state.chosen = key;  // chosen in a table beside the map: it comes into view once, then the reader may pan away
}

function showChooser(box, data) {
  const {chooser, off} = box.state;
  const key = JSON.stringify(data.layers.map(({name, title}) => [name, title]));
  if (chooser.dataset.key === key) return;  // a rerun must not take the focus away
  chooser.dataset.key = key;
  chooser.replaceChildren(make('summary', '', data.words.layers));
  chooser.hidden = data.layers.length < 2;
  for (const {name, title} of data.layers) {
    const label = make('label'), tick = make('input');
    tick.type = 'checkbox';
    tick.checked = !off.has(name);
    tick.addEventListener('change', () => {
      if (tick.checked) off.delete(name); else off.add(name);
      stack(box);
      showChosen(box, box.component.data.selected);
      placePins(box);
      placeNames(box);
    });
    label.append(tick, make('span', '', title));
    chooser.append(label);
  }
}

function fitOnce(box, data) {
  const {state} = box;
  const key = JSON.stringify(data.fit);
  if (state.fitted === key) return;
  const bounds = L.latLngBounds([]);
  if (data.fit) bounds.extend([data.fit[1], data.fit[0]]).extend([data.fit[3], data.fit[2]]);
  else {  // what has numbers; borders alone only where there is nothing else
    const all = [...state.layers.values()], some = all.filter((d) => d.ids?.size);
    for (const {group} of some.length ? some : all) group.eachLayer((s) => bounds.extend(s.getBounds?.() ?? s.getLatLng()));
  }
  if (!bounds.isValid()) return;
  const top = [...state.layers.values()].some((d) => d.pins?.length) ? 34 : 14;  // a spot's number stands above it
  state.map.fitBounds(bounds, {paddingTopLeft: [14, top], paddingBottomRight: [14, 14], animate: false, maxZoom: 16});
  state.fitted = key;
}

function paint(box, data) {
  const {layers} = box.state;
  const wanted = new Set(data.layers.map((layer) => layer.name));
  for (const [name, drawn] of layers) if (!wanted.has(name)) { drawn.group.remove(); drawn.marks?.remove(); layers.delete(name); }
  for (const layer of data.layers) {
    const key = JSON.stringify(layer), old = layers.get(layer.name);
    if (old?.key === key) continue;
    old?.marks?.remove();
    const same = old?.kind === 'cells' && layer.kind === 'cells';
    if (!same) old?.group.remove();
    layers.set(layer.name, {...draw(box, layer, same ? old : null), kind: layer.kind, key});
  }
  box.parentElement.querySelector('.hotmap-credit').textContent = data.credit;  // below the map: it hides no ground
  fitOnce(box, data);
  stack(box);
  showChooser(box, data);
  showChosen(box, data.selected);
  placePins(box);
  placeNames(box);
  box.dataset.cells = [...layers.values()].reduce((n, d) => n + (d.kind === 'cells' ? d.ids.size : 0), 0);
}

function note(box, text, role) {
  let p = box.querySelector('.hotmap-note') ?? box.appendChild(make('p', 'hotmap-note'));
  p.textContent = text;
  if (role) p.setAttribute('role', role); else p.removeAttribute('role');
}

export default async function (component) {
  const {data, parentElement} = component;
  const box = parentElement.querySelector('.hotmap');
  box.component = component;
  box.style.height = `${data.height}px`;
  box.setAttribute('aria-label', `${data.title}. ${data.words.keys}`);
  try {
    if (!box.state) note(box, data.words.loading);
    const h3 = await (window.hotmapLibraries ??= fetchLibraries(data.base));  // once per page, for all its maps
    if (!box.state) start(box, data, h3);
    paint(box, box.component.data);
    note(box, '');
  } catch (trouble) {
    if (!box.state) window.hotmapLibraries = undefined;  // the next rerun tries again
    console.warn(trouble);
    note(box, data.words.failed, 'alert');
  }
}
