// SPDX-License-Identifier: GPL-3.0-or-later
// What MODEL means on the command line and in a document: a GGUF file, a Kelter folder, a Hugging Face folder, `store:NAME`,
// `ORG/NAME` of the local hub cache, or `RUNDIR#NODE` (the node's folder in a run folder; an untouched source there is only named, not copied).
#pragma once

#include "core/base/files.h"

namespace kelter {

// The file or folder open_model() reads. Relative paths start at `base` (the document's folder) where they
// exist there, else in the working folder. Throws Error(file_not_found) saying what the store or the run
// holds instead.
fs::path resolve_model(const std::string& model, const fs::path& base = {});

// The folder name of a node inside a run folder; equal to the id wherever the id is a safe file name.
std::string node_folder_name(const std::string& node_id);

// A node folder that names an untouched source file instead of holding a copy.
inline constexpr const char* source_note_name = "kelter-source.json";
void write_source_note(const fs::path& folder, const std::string& given, const fs::path& file,
                       const std::string& identity);
// The file a note names. Error(file_not_found) when it is gone, Error(file_malformed) when its size changed.
fs::path read_source_note(const fs::path& note);

}  // namespace kelter
