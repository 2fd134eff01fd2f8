// SPDX-License-Identifier: GPL-3.0-or-later
// What a run leaves in its folder for a person to read: report.md, and the tables as results.csv, results.tex and
// results.json. Any thread.
#pragma once

#include "core/base/files.h"
#include "core/describe/messages.h"

namespace kelter {

// Each file atomically. Error(disk_full | file_unreadable).
void write_reports(const RunRecord& record, const fs::path& folder);

}  // namespace kelter
