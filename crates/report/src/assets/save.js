// Figures and charts as files. A chart of one organisation has none of its own: it is drawn again in light colours, with
// title and source, for a slide. Loaded when somebody asks; `someasureStyle` stands above.
(function () {
  'use strict';
  var s = self.someasure;
  // A file for whoever reads; a cell that a spreadsheet would run begins with an apostrophe.
  var hand = function (parts, called, type) {
    var link = s.make('a');
    link.href = URL.createObjectURL(new Blob([parts], { type: type }));
    link.download = called;
    link.click();
  };
  var csv = rows => rows.map(row => row.map(cell => {
    var text = String(cell === null || cell === undefined ? '' : cell);
    return '"' + (isNaN(text) && /^[=+@\t\r-]/.test(text) ? "'" : '') + text.replace(/"/g, '""') + '"';
  }).join(',') + '\r\n').join('');
  var chart = function (figure) {
    var width = 1048, pad = 24, y = pad + 22;
    var words = node => node ? node.textContent.replace(/\s+/g, ' ').trim() : '';
    var within = function (what, selector) { var found = figure.closest(what); return found && found.querySelector(selector); };
    var svg = function (name, attributes, text) {
      var made = document.createElementNS('http://www.w3.org/2000/svg', name);
      Object.keys(attributes || {}).forEach(key => { made.setAttribute(key, attributes[key]); });
      if (text) made.textContent = text;
      return made;
    };
    var sheet = svg('svg', { width: width, role: 'img', 'xml:lang': 'en' });
    // Lines of about so many signs, broken at spaces.
    var write = function (text, kind, limit, step) {
      text.match(new RegExp('\\S.{0,' + limit + '}(?=\\s|$)|\\S+', 'g')).forEach(line => {
        sheet.append(svg('text', { class: kind, x: pad, y: y }, line.trim()));
        y += step;
      });
    };
    var title = words(figure.querySelector('.figure-title')), of = words(within('.card', 'h4, h3')), value = within('.now', '.value');
    if (value) title = of + ': ' + words(value);
    else if (/^By /.test(title)) title = of + ', b' + title.slice(1);
    var what = figure.querySelector('.figure-what').cloneNode(true);
    what.querySelectorAll('.key-focus').forEach(key => key.replaceWith('◆ '));
    what.querySelectorAll('.key-peers').forEach(key => key.replaceWith('● '));
    var about = [words(document.querySelector('h1')), of, words(within('.platform', 'h5, h4')), words(what)];
    var picture = figure.querySelector('svg.chart');
    sheet.append(svg('title', {}, title), svg('desc', {}, picture.getAttribute('aria-label')), svg('style', {}, self.someasureStyle), svg('rect', { class: 'paper', width: width, height: '100%' }));
    write(title, 'title', 66, 30);
    write(about.filter(Boolean).join(' · '), 'subtitle', 115, 22);
    // On the page places are shares of its width; here they are thousandths.
    var plot = svg('g', { transform: 'translate(' + pad + ' ' + y + ')' });
    Array.from(picture.children).forEach(part => {
      var x = 10 * parseFloat(part.getAttribute('x') || 0);
      if (part.tagName === 'text') {
        var text = part.cloneNode(true);
        text.setAttribute('x', x + parseFloat(part.getAttribute('dx') || 0));
        text.removeAttribute('dx');
        plot.append(text);
        return;
      }
      var group = svg('g', { transform: 'translate(' + x + ' ' + (part.getAttribute('y') || 0) + ')' });
      Array.from(part.children).forEach(path => { group.append(path.cloneNode(true)); });
      plot.append(group);
    });
    sheet.append(plot);
    y += parseFloat(picture.getAttribute('height')) + 26;
    figure.querySelectorAll('.keys > span').forEach(key => {
      var sign = key.querySelector('path').cloneNode(true);
      sign.setAttribute('transform', 'translate(' + (pad + 8) + ' ' + (y - 5) + ')');
      sheet.append(sign, svg('text', { x: pad + 22, y: y }, words(key)));
      y += 24;
    });
    write('Source: ' + words(document.querySelector('.report')) + '. ' + words(document.querySelector('.as-at')) + '.', 'source', 120, 20);
    sheet.setAttribute('height', y + pad - 12);
    sheet.setAttribute('viewBox', '0 0 ' + width + ' ' + (y + pad - 12));

    var called = [location.pathname.split('/').slice(-2)[0], (figure.closest('.platform') || figure).id, picture === figure.parentNode.querySelector('svg.chart') ? '' : '2'].filter(Boolean).join('-');
    var drawn = new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(sheet)], { type: 'image/svg+xml' });
    var line = s.make('p', 'Save this chart: '), table = figure.querySelector('table');
    var offer = (ending, run) => line.append(s.press(ending, run), ' ');
    offer('SVG', () => hand(drawn, called + '.svg', 'image/svg+xml'));
    offer('PNG', function () {
      var image = new Image(), canvas = s.make('canvas');
      image.onload = function () {
        canvas.width = 2 * width;
        canvas.height = 2 * image.height;
        canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(blob => hand(blob, called + '.png', 'image/png'));
      };
      image.src = URL.createObjectURL(drawn);
    });
    if (table) offer('CSV', () => hand(csv(Array.from(table.rows).map(row => Array.from(row.cells).map(cell =>
      words(cell).replace(/(\d),(?=\d{3})/g, '$1').replace(/\u2212/g, '-')))), called + '.csv', 'text/csv'));
    return line;
  };
  self.someasureSave = { chart: chart, csv: csv, hand: hand };
})();
