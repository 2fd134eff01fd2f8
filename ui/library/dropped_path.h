// SPDX-License-Identifier: GPL-3.0-or-later
// What a file or folder is that somebody drops on the window, told from names and the first bytes: nothing is loaded.
// Blocks on the disk; any thread.
#pragma once

#include <QString>

class QMimeData;

namespace kelter::ui {

struct DroppedPath {
  enum class Kind { document, model_file, model_folder, run_folder, unknown } kind = Kind::unknown;
  QString path;    // what to open: for run.json inside a run folder, the folder
  QString reason;  // for `unknown`, a sentence for the person
};

DroppedPath classify_dropped_path(const QString& path);

// The first local file or folder of a drag, empty if it carries none.
QString dropped_file(const QMimeData* data);

}  // namespace kelter::ui
