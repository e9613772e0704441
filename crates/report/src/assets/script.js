// Filter and sort. Everything can be read without this file.
(function () {
  'use strict';
  var plain = function (text) {
    return text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  };

  document.querySelectorAll('[data-filter]').forEach(function (box) {
    var tables = box.getAttribute('data-filter').split(' ').map(function (id) {
      return document.getElementById(id);
    }).filter(Boolean);
    var input = box.querySelector('input');
    var status = box.querySelector('[role=status]');
    if (!tables.length || !input) return;
    var rows = tables.flatMap(function (table) { return Array.from(table.tBodies[0].rows); });
    // What stands above a row: its nation can be searched for, too.
    var within = function (row) {
      var part = row.closest('.part');
      return part ? ' ' + part.querySelector('h2').textContent : '';
    };
    var texts = rows.map(function (row) { return plain(row.textContent + within(row)); });
    var filter = function () {
      var words = plain(input.value).split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row, i) {
        var fits = words.every(function (word) { return texts[i].includes(word); });
        row.hidden = !fits;
        if (fits) shown += 1;
      });
      tables.forEach(function (table) {
        var part = table.closest('.part');
        if (part) part.hidden = !Array.from(table.tBodies[0].rows).some(function (row) { return !row.hidden; });
      });
      status.textContent = words.length ? shown + ' of ' + rows.length + ' shown' : '';
    };
    var asked = new URLSearchParams(location.search).get('q');
    if (asked) input.value = asked;
    box.hidden = false;
    var waiting;
    input.addEventListener('input', function () {
      clearTimeout(waiting);
      waiting = setTimeout(filter, rows.length > 1000 ? 150 : 0);
    });
    filter();
  });

  var number = function (text) {
    var found = text.replace(/,/g, '').replace(/\u2212/g, '-').match(/-?\d+(\.\d+)?/);
    return found ? parseFloat(found[0]) : NaN;
  };
  var order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare;

  document.querySelectorAll('table[data-sort]').forEach(function (table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    var body = table.tBodies[0];
    // Values are put in order among peers, never across their groups.
    var within = heads.findIndex(function (head) { return head.hasAttribute('data-within'); });
    heads.forEach(function (head, column) {
      var button = document.createElement('button');
      button.type = 'button';
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      var numeric = head.classList.contains('num');
      button.addEventListener('click', function () {
        var way = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', way === 1 ? 'ascending' : 'descending');
        var keyed = Array.from(body.rows).map(function (row, i) {
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
        keyed.forEach(function (item) { body.appendChild(item.row); });
      });
    });
  });
})();
