// SPDX-License-Identifier: GPL-3.0-or-later
// How figures were exported last, remembered between starts. Window thread.
#pragma once

#include "ui/figures/figure_writer.h"

namespace kelter::ui {

FigureOutput remembered_output();
void remember_output(const FigureOutput& output);

// Where the last figure was written, else the person's documents.
QString remembered_folder();
void remember_folder(const QString& folder);

}  // namespace kelter::ui
