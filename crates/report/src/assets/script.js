// Filter, sort, find and copy. Everything can be read without this file.
(function () {
  'use strict';
  var all = (what, within) => Array.from((within || document).querySelectorAll(what));
  var make = function (name, words) {
    var made = document.createElement(name);
    if (words) made.textContent = words;
    return made;
  };
  var press = function (words, run) {
    var button = make('button', words);
    button.type = 'button';
    button.addEventListener('click', run);
    return button;
  };
  var plain = text => text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  var asked = new URLSearchParams(location.search).get('q');

  all('[data-filter]').forEach(box => {
    var tables = box.getAttribute('data-filter').split(' ').map(id => document.getElementById(id)).filter(Boolean);
    var input = box.querySelector('input');
    var status = box.querySelector('[role=status]');
    if (!tables.length || !input) return;
    var rows = tables.flatMap(table => Array.from(table.tBodies[0].rows));
    // What stands above a row: its nation can be searched for, too.
    var within = function (row) {
      var part = row.closest('.part');
      return part ? ' ' + part.querySelector('h2').textContent : '';
    };
    var texts = rows.map(row => plain(row.textContent + within(row)));
    var filter = function () {
      var words = plain(input.value).split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach((row, i) => {
        var fits = words.every(word => texts[i].includes(word));
        row.hidden = !fits;
        if (fits) shown += 1;
      });
      tables.forEach(table => {
        var part = table.closest('.part');
        if (part) part.hidden = !Array.from(table.tBodies[0].rows).some(row => !row.hidden);
      });
      status.textContent = words.length ? shown + ' of ' + rows.length + ' shown' : '';
    };
    if (asked) input.value = asked;
    box.hidden = false;
    input.addEventListener('input', filter);
    filter();
  });

  var number = function (text) {
    var found = text.replace(/,/g, '').replace(/\u2212/g, '-').match(/-?\d+(\.\d+)?/);
    return found ? parseFloat(found[0]) : NaN;
  };
  var order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare;

  all('table[data-sort]').forEach(table => {
    var heads = Array.from(table.tHead.rows[0].cells);
    var body = table.tBodies[0];
    // Values are put in order among peers, never across their groups.
    var within = heads.findIndex(head => head.hasAttribute('data-within'));
    heads.forEach((head, column) => {
      var numeric = head.classList.contains('num');
      var button = press('', function () {
        var way = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
        heads.forEach(other => { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', way === 1 ? 'ascending' : 'descending');
        var keyed = Array.from(body.rows).map((row, i) => {
          var text = row.cells[column].textContent.trim();
          var group = numeric && within >= 0 ? row.cells[within].textContent.trim() : '';
          return { row: row, at: i, key: numeric ? number(text) : text, group: group };
        });
        keyed.sort(function (a, b) {
          if (a.group !== b.group) return order(a.group, b.group);
          if (numeric) {
            // What has no value stands last, whichever way.
            if (isNaN(a.key) || isNaN(b.key)) return isNaN(a.key) - isNaN(b.key) || a.at - b.at;
            return way * (a.key - b.key) || a.at - b.at;
          }
          return way * order(a.key, b.key) || a.at - b.at;
        });
        keyed.forEach(item => { body.appendChild(item.row); });
      });
      button.append.apply(button, Array.from(head.childNodes));
      head.append(button);
    });
  });

  // What can be copied gets a button, where the browser can copy.
  var copy = function (what, words, text) {
    if (navigator.clipboard) all(what).forEach(place => {
      var button = press(words, function () {
        navigator.clipboard.writeText(text(place)).then(() => { button.textContent = 'Copied'; });
      });
      place.after(' ', button);
    });
  };
  copy('.copy a[rel=nofollow]', 'Copy this address', link => link.href);
  copy('.copy pre', 'Copy', pre => pre.textContent);

  // A script can be loaded where the pages lie on a disk, too.
  var root = new URL('.', document.currentScript.src).href;
  var load = function (file, name) {
    return new Promise(function (done, failed) {
      if (self[name]) return done(self[name]);
      var script = make('script');
      script.src = root + file;
      script.onload = function () { done(self[name]); };
      script.onerror = failed;
      document.head.appendChild(script);
    });
  };
  // A chart of one organisation has no file of its own: it is made when somebody asks.
  all('.card figure').forEach(figure => {
    if (!figure.querySelector('svg.chart')) return;
    var box = make('div'), button = press('Chart for a slide', function () {
      load('save.js', 'someasureSave').then(save => {
        box.replaceChildren(save.chart(figure));
        box.querySelector('button').focus();
      });
    });
    box.className = 'copy';
    button.setAttribute('aria-label', 'Chart for a slide: ' + [figure.closest('.card').querySelector('a'), figure.closest('.platform').firstChild, figure.querySelector('.figure-title')].map(one => one.textContent).join(', '));
    box.append(button);
    figure.append(box);
  });

  var known;
  var index = function () {
    known = known || load('find.js', 'someasureIndex').then(text => {
      return text.split('\n').filter(Boolean).map((line, at) => {
        var cells = line.split('\t');
        return {
          at: at, name: cells[0], code: cells[1], about: [cells[1], cells[2], cells[3]].filter(Boolean).join(' · '),
          group: cells[5], slug: cells[6], first: plain(cells[0]), text: plain(cells.slice(0, 5).join(' '))
        };
      });
    });
    return known;
  };

  // The combobox of the ARIA authoring practices: a list below a field, moved through with the arrows.
  var finder = function (input, pick) {
    var list = make('ul'), status = make('p'), shown = [], at = -1, turn = 0;
    list.id = input.id + '-list';
    list.className = 'found';
    list.hidden = true;
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', 'Organisations');
    status.className = 'visually-hidden';
    status.setAttribute('role', 'status');
    input.parentNode.append(list, status);
    [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-controls', list.id], ['aria-expanded', 'false']]
      .forEach(pair => { input.setAttribute(pair[0], pair[1]); });
    var open = function (is) {
      list.hidden = !is;
      input.setAttribute('aria-expanded', is);
      if (!is) move(-1);
    };
    var move = function (to) {
      at = to;
      all('li', list).forEach((item, i) => { item.setAttribute('aria-selected', i === at); });
      if (at < 0) return input.removeAttribute('aria-activedescendant');
      input.setAttribute('aria-activedescendant', list.children[at].id);
      list.children[at].scrollIntoView({ block: 'nearest' });
    };
    var choose = function (one) { open(false); input.value = ''; pick(one); };
    var find = function () {
      var words = plain(input.value).split(/\s+/).filter(Boolean), mine = ++turn;
      if (!words.length) { status.textContent = ''; return open(false); }
      index().then(bodies => {
        if (mine !== turn) return;
        var rank = one => one.code.toLowerCase() === words[0] ? 0 : one.first.startsWith(words[0]) ? 1 : one.first.includes(' ' + words[0]) ? 2 : 3;
        var fit = bodies.filter(one => words.every(word => one.text.includes(word)));
        shown = fit.map(one => [rank(one), one])
          .sort((a, b) => a[0] - b[0] || a[1].at - b[1].at).slice(0, 12).map(pair => pair[1]);
        list.replaceChildren.apply(list, shown.map((one, i) => {
          var item = make('li'), name = make('bdi', one.name), about = make('small', one.about);
          item.id = list.id + i;
          item.setAttribute('role', 'option');
          item.append(name, ' ', about);
          item.addEventListener('mousedown', function (event) { event.preventDefault(); });
          item.addEventListener('click', function () { choose(one); });
          return item;
        }));
        status.textContent = fit.length + ' of ' + bodies.length + ' found';
        open(shown.length > 0);
      }, function () { status.textContent = ''; });
    };
    input.addEventListener('focus', function () { index().catch(function () {}); });
    input.addEventListener('input', find);
    input.addEventListener('blur', function () { open(false); });
    input.addEventListener('keydown', function (event) {
      var n = shown.length, key = event.key;
      if (key === 'Escape' && !list.hidden) open(false);
      else if (key === 'Enter' && at >= 0) choose(shown[at]);
      else if ((key === 'ArrowDown' || key === 'ArrowUp') && list.hidden) find();
      else if (key === 'ArrowDown') move((at + 1) % n);
      else if (key === 'ArrowUp') move(at < 1 ? n - 1 : at - 1);
      else return;
      event.preventDefault();
    });
    return find;
  };

  all('[data-find]').forEach(input => {
    var find = finder(input, function (one) { location.href = root + 'organisations/' + one.slug + '/index.html'; });
    if (asked) { input.value = asked; input.focus(); find(); }
  });
  self.someasure = { make: make, press: press, load: load, index: index, finder: finder };
})();
