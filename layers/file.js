// In the offline file: names for readers aloud; numbers and names that would lie on others wait for a closer view.
const box = document.querySelector('.folium-map');
box.setAttribute('role', 'region');
box.setAttribute('aria-label', words.map);
for (const way of ['in', 'out']) {
  const button = document.querySelector('.leaflet-control-zoom-' + way);
  button.title = words[way];
  button.setAttribute('aria-label', words[way]);
}
function thin() {
  const taken = [];
  const order = ['spot', 'area', 'place'];
  const names = order.flatMap((kind) => [...box.querySelectorAll('.name.' + kind)]);
  for (const name of names) {
    const r = name.getBoundingClientRect();
    const hit = taken.some((t) => r.left < t.right && r.right > t.left && r.top < t.bottom && r.bottom > t.top);
    name.style.visibility = hit ? 'hidden' : '';
    if (!hit) taken.push({left: r.left - 4, right: r.right + 4, top: r.top - 2, bottom: r.bottom + 2});
  }
}
window[box.id].on('zoomend resize overlayadd overlayremove', thin);
thin();
