// SPDX-License-Identifier: GPL-3.0-or-later
// The report of a run as a Markdown text: what was run where, by which protocols, what came of it, what went
// wrong, and how to do it again. Pure; any thread.
#pragma once

#include <string>

#include "core/describe/messages.h"

namespace kelter {

struct ReportOptions {
  std::string document = "document.kelter";  // as it stands beside the report
};

std::string markdown_report(const RunRecord& run, const ReportOptions& options = {});

// One sentence for a badge of the ledger; empty for one this version does not know.
std::string badge_meaning(const std::string& badge);

}  // namespace kelter
