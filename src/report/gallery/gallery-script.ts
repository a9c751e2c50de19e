/**
 * The few lines of script of the review page. Without them everything is still there, only
 * unfiltered.
 */
export const GALLERY_SCRIPT = `
'use strict';
const filter = document.getElementById('filter');
const state = document.getElementById('state');
const sections = [...document.querySelectorAll('section')];
const cards = sections.map((section) => [...section.querySelectorAll('article')]);
const words = cards.map((list) => list.map((card) => card.dataset.words.toLowerCase()));
const none = document.getElementById('none');
const shown = document.getElementById('shown');
function apply() {
  const wanted = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  sections.forEach((section, at) => {
    let any = false;
    cards[at].forEach((card, index) => {
      const fits = wanted.every((word) => words[at][index].includes(word)) && (state.value === '' || card.dataset.group === state.value);
      card.hidden = !fits;
      if (fits) { any = true; count += 1; }
    });
    section.hidden = !any;
  });
  document.querySelectorAll('.project').forEach((heading) => {
    let next = heading.nextElementSibling;
    let any = false;
    while (next && next.tagName === 'SECTION') { any = any || !next.hidden; next = next.nextElementSibling; }
    heading.hidden = !any;
  });
  none.hidden = count > 0;
  shown.textContent = wanted.length > 0 || state.value !== '' ? count + ' shown' : '';
}
filter.addEventListener('input', apply);
state.addEventListener('change', apply);
document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-together]');
  if (!button) return;
  const videos = [...button.closest('section').querySelectorAll('article:not([hidden]) video')];
  const playing = videos.some((video) => !video.paused);
  for (const video of videos) {
    if (playing) { video.pause(); continue; }
    video.currentTime = 0;
    video.muted = true;
    video.play().catch(() => {});
  }
});
document.addEventListener('keydown', (event) => {
  if (event.target === filter) {
    if (event.key === 'Escape') { filter.value = ''; apply(); filter.blur(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target === state) return;
  if (event.key === '/') { event.preventDefault(); filter.focus(); filter.select(); }
  if (event.key === 'j' || event.key === 'k') {
    const open = sections.filter((section) => !section.hidden);
    const at = open.indexOf(document.activeElement.closest('section'));
    const next = open[event.key === 'j' ? at + 1 : Math.max(0, at - 1)];
    if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: 'start' }); }
  }
  if (event.key === 'p') document.activeElement.closest('section')?.querySelector('button[data-together]')?.click();
});
document.addEventListener('error', (event) => {
  if (event.target.tagName !== 'VIDEO') return;
  event.target.closest('article').querySelector('.gone').hidden = false;
}, true);
if ('IntersectionObserver' in window) {
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) { target.preload = 'metadata'; near.unobserve(target); }
  }, { rootMargin: '600px' });
  document.querySelectorAll('video[preload=none]').forEach((video) => near.observe(video));
}
`;
