// SPDX-License-Identifier: GPL-3.0-or-later
// Paths between the disk and a document. Look at the disk; any thread.
#pragma once

#include <string>

#include "core/base/files.h"

namespace kelter::ui {

// A path as a document holds it: store:NAME for a model of the store, resource:… for a shipped file, relative below
// the document's folder, else absolute.
std::string path_for_document(const fs::path& path, const fs::path& document_folder);

// Whether something lies where a path of a document leads. True for what only a run can tell (RUNDIR#NODE).
bool is_there(const std::string& path, const fs::path& document_folder);

}  // namespace kelter::ui
