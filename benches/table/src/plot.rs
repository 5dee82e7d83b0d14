//! The table's rows for signing as a picture: nanoseconds over the size, the floor beneath.

use std::fmt::Write as _;

use crate::Row;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 60.0;
const BOTTOM: f64 = 50.0;
const COLOURS: [&str; 12] = [
    "#1f77b4", "#17becf", "#0b5394", "#ff7f0e", "#8c564b", "#2ca02c", "#d62728", "#9467bd", "#7f7f7f", "#bcbd22",
    "#e377c2", "#aa7733",
];

/// An SVG that follows the reader's light or dark colours. Both axes are logarithmic.
pub fn svg(rows: &[Row]) -> String {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.operation == "sign").collect();
    let mut lines: Vec<(String, Vec<(f64, f64)>)> =
        vec![("floor".into(), rows.iter().map(|row| (row.size as f64, row.floor)).collect())];
    for (name, ..) in &rows[0].cells {
        let points = rows.iter().filter_map(|row| {
            let (_, ratio, _) = row.cells.iter().find(|(other, ..)| other == name)?;
            Some((row.size as f64, ratio * row.floor))
        });
        lines.push((name.clone(), points.collect()));
    }
    let all = lines.iter().flat_map(|(_, points)| points);
    let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), &(_, y)| (low.min(y), high.max(y)));
    let scale = |value: f64, from: f64, to: f64, length: f64| (value / from).ln() / (to / from).ln() * length;
    let x = |size: f64| LEFT + scale(size, 50.0, 4096.0, WIDTH - LEFT - 190.0);
    let y = |time: f64| HEIGHT - BOTTOM - scale(time, low, high, HEIGHT - BOTTOM - 20.0);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"11\" \
         role=\"img\" aria-label=\"Nanoseconds of a signature over the size of the string to sign\">\n\
         <style>svg{{color:#222;background:#fff}}@media(prefers-color-scheme:dark){{svg{{color:#ddd;background:#111}}}}\
         text{{fill:currentColor}}path{{fill:none;stroke-width:1.6}}.axis{{stroke:currentColor;opacity:.25}}</style>\n"
    );
    for size in rows.iter().map(|row| row.size as f64) {
        let at = x(size);
        let _ = writeln!(
            svg,
            "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"20\" y2=\"{:.1}\"/>",
            HEIGHT - BOTTOM
        );
        let _ = writeln!(
            svg,
            "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{size}</text>",
            HEIGHT - BOTTOM + 16.0
        );
    }
    for time in [50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0] {
        if (low..=high).contains(&time) {
            let at = y(time);
            let _ = writeln!(
                svg,
                "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>",
                x(4096.0)
            );
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{time} ns</text>",
                LEFT - 6.0,
                at + 4.0
            );
        }
    }
    let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"{:.1}\">bytes of the string to sign</text>", HEIGHT - 12.0);
    // The names on the right, in the lines' order, never one upon another.
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|&a, &b| lines[a].1.last().map(|p| p.1).partial_cmp(&lines[b].1.last().map(|p| p.1)).unwrap());
    let mut last = f64::MAX;
    for at in order {
        let (name, points) = &lines[at];
        let Some(&(end_x, end_y)) = points.last() else { continue };
        let colour = if at == 0 { "currentColor" } else { COLOURS[(at - 1) % COLOURS.len()] };
        let path: Vec<String> = points.iter().map(|&(size, time)| format!("{:.1} {:.1}", x(size), y(time))).collect();
        let _ = writeln!(
            svg,
            "<path d=\"M{}\" stroke=\"{colour}\"{}/>",
            path.join("L"),
            if at == 0 { " stroke-dasharray=\"5 4\"" } else { "" }
        );
        last = (y(end_y) + 4.0).min(last - 13.0);
        let name = name.replace('`', "").replace('&', "&amp;").replace('<', "&lt;");
        let _ =
            writeln!(svg, "<text x=\"{:.1}\" y=\"{last:.1}\" style=\"fill:{colour}\">{name}</text>", x(end_x) + 8.0);
    }
    svg + "</svg>\n"
}
