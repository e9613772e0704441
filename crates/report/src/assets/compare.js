// Two to six organisations beside each other; which ones stands in the address.
(function () {
  'use strict';
  var s = self.someasure, box = document.querySelector('[data-compare]');
  if (!s || !box) return;
  var data = JSON.parse(document.getElementById('columns').textContent);
  var part = what => box.querySelector(what);
  var chips = part('.chosen'), status = part('[role=status]'), out = part('.compared'), share = part('.share');
  var chosen = [], shown = [], missing = 'No account there, or not asked.';
  var cell = function (row, name, words, kind) {
    var made = s.make(name, words);
    if (name === 'th') made.scope = 'row';
    if (kind) made.className = kind;
    row.append(made);
    return made;
  };
  // One axis for all of them, from zero where none is below it.
  var bar = function (figure, least, most) {
    var picture = s.make('span'), at = value => 100 * (value - least) / (most - least || 1) + '%';
    picture.className = 'beside';
    picture.setAttribute('aria-hidden', 'true');
    var put = function (kind, from, to) {
      var mark = s.make('i');
      mark.className = kind;
      mark.style.left = at(from);
      if (to !== undefined) mark.style.right = 'calc(100% - ' + at(to) + ')';
      picture.append(mark);
    };
    if (figure[2] !== null || figure[3] !== null) put('line', figure[2] === null ? least : figure[2], figure[3] === null ? most : figure[3]);
    put('dot', figure[1]);
    return picture;
  };
  var draw = function (rows) {
    out.replaceChildren();
    shown = rows;
    data.columns.forEach((column, nth) => {
      var found = rows.map(figures => figures.find(figure => figure[0] === nth));
      if (!found.some(Boolean)) return;
      var numbers = found.flatMap(f => f && f.length > 2 ? f.slice(1, 4).filter(v => v !== null) : []);
      var least = Math.min.apply(null, numbers.concat(0)), most = Math.max.apply(null, numbers.concat(0));
      var title = s.make('h3'), link = s.make('a', column.title + ' on ' + column.on), table = s.make('table'), head = table.createTHead().insertRow();
      link.href = '../' + column.path;
      title.append(link);
      table.createCaption().textContent = column.what + '. ' + column.better;
      ['Organisation', 'Value', 'On one axis', 'Likely between', 'n (' + column.counts + ')'].forEach((words, i) => {
        var made = s.make('th', words);
        made.scope = 'col';
        if (i === 1 || i === 4) made.className = 'num';
        head.append(made);
      });
      var body = table.createTBody();
      found.forEach((figure, i) => {
        var row = body.insertRow(), name = cell(row, 'th');
        name.append(s.make('bdi', chosen[i].name));
        if (figure && figure.length > 2) {
          cell(row, 'td', figure[4], 'num');
          cell(row, 'td').append(bar(figure, least, most));
          cell(row, 'td', figure[5] || '\u2013');
          cell(row, 'td', figure[6].toLocaleString('en'), 'num');
        } else {
          cell(row, 'td', figure ? figure[1] : missing).colSpan = 4;
        }
      });
      var scroll = s.make('section');
      scroll.className = 'scroll';
      scroll.tabIndex = 0;
      scroll.setAttribute('aria-label', column.title + ' on ' + column.on);
      scroll.append(table);
      out.append(title, scroll);
    });
  };
  share.append(' ', s.press('These figures as CSV', function () {
    var lines = [['organisation', 'measure', 'platform', 'value', 'lower', 'upper', 'n', 'reason']];
    data.columns.forEach((column, nth) => {
      shown.forEach((figures, i) => {
        var f = figures.find(one => one[0] === nth);
        if (shown.some(all => all.some(one => one[0] === nth)))
          lines.push([chosen[i].name, column.title, column.on].concat(f && f.length > 2 ? [f[1], f[2], f[3], f[6]] : ['', '', '', '', f ? f[1] : missing]));
      });
    });
    s.load('save.js', 'someasureSave').then(save => save.hand(save.csv(lines), 'comparison.csv', 'text/csv'));
  }));
  var show = function () {
    chosen.sort((a, b) => a.first < b.first ? -1 : 1);
    chips.replaceChildren.apply(chips, chosen.map(one => {
      var item = s.make('li'), off = s.press('Remove', function () {
        chosen = chosen.filter(other => other !== one);
        show();
        document.getElementById('compare-name').focus();
      });
      off.setAttribute('aria-label', 'Remove ' + one.name);
      item.append(s.make('bdi', one.name), ' ', off);
      return item;
    }));
    history.replaceState(null, '', location.pathname + '#' + chosen.map(one => encodeURIComponent(one.slug)).join(','));
    share.hidden = chosen.length < 2;
    share.querySelector('a').href = location.href;
    var mixed = chosen.some(one => one.group !== chosen[0].group);
    status.textContent = chosen.length < 2 ? chosen.length + ' chosen; two are the least.'
      : chosen.length + ' chosen.' + (mixed ? ' They are not of one peer group, so differences may come from different work.' : chosen[0].group ? ' Peer group: ' + data.groups[chosen[0].group] + '.' : '');
    if (chosen.length < 2) return out.replaceChildren();
    Promise.all(chosen.map(one => {
      var nth = Math.floor(one.at / data.part);
      return s.load('compare/figures-' + nth + '.js', 'someasureFigures' + nth).then(rows => rows[one.at % data.part]);
    })).then(draw, function () { status.textContent = 'The figures could not be loaded.'; });
  };
  var read = function () {
    var first = new URLSearchParams(location.search).get('with') || '';
    var slugs = (location.hash.slice(1) || encodeURIComponent(first)).split(',').filter(Boolean).map(decodeURIComponent).slice(0, 6);
    if (!slugs.length) return show();
    s.index().then(bodies => {
      chosen = bodies.filter(one => slugs.includes(one.slug));
      show();
    });
  };
  s.finder(document.getElementById('compare-name'), function (one) {
    if (chosen.includes(one)) return;
    if (chosen.length > 5) { status.textContent = 'Six are the most: remove one first.'; return; }
    chosen.push(one);
    show();
  });
  box.hidden = false;
  addEventListener('hashchange', read);
  read();
})();
