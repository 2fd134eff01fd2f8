// SPDX-License-Identifier: GPL-3.0-or-later
// A figure as a file: PDF, SVG and PNG of a size in millimetres, CSV of its data. The drawing is made in hundredths of
// a millimetre whatever the screen, so that the bytes do not depend on the display. Text stays text and fonts are
// embedded. Window thread (the drawing is made by a widget that is never shown).
#pragma once

#include <QByteArray>
#include <QImage>
#include <QSize>
#include <QString>

#include "ui/figures/figure_style.h"

namespace kelter::ui {

enum class FigureFormat { pdf, svg, png, csv };

struct FigureOutput {
  FigureFormat format = FigureFormat::pdf;
  double width_mm = 140, height_mm = 75;
  int dpi = 300;                // png
  Look look = Look::thesis;
  QString font;                 // thesis; empty: the usual serif
  double points = 9;            // thesis
  bool decimal_comma = false;
  bool greyscale = false;       // thesis: hatching in place of colours
  bool heading = false;         // title, direction and protocol above the figure; the screen look always has them
  bool embed_font = true;       // svg: the font travels in the file
  bool operator==(const FigureOutput&) const = default;
};

// "pdf"
QString extension_of(FigureFormat format);

// Throws Error(invalid_data) for a figure that refuses to be drawn, Error(invalid_parameter) for an impossible size.
QByteArray figure_bytes(const Figure& figure, const FigureOutput& output);

// The same drawing as pixels for a preview, as large as fits into `room` at this device pixel ratio.
QImage figure_preview(const Figure& figure, const FigureOutput& output, const QSize& room, double pixel_ratio);

// Atomic. Throws as figure_bytes, and Error(disk_full | file_unreadable).
void write_figure(const Figure& figure, const FigureOutput& output, const QString& path);

}  // namespace kelter::ui
