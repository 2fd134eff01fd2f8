// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/run_reports.h"

#include "core/report/report.h"
#include "core/report/result_table.h"

namespace kelter {

void write_reports(const RunRecord& record, const fs::path& folder) {
  const Table results = result_table(record);
  const Json tables = {{"results", table_to_json(results)}, {"bytes", table_to_json(ledger_table(record))},
                       {"kernels", table_to_json(kernel_table(record))}};
  write_file_atomically(folder / "report.md", markdown_report(record));
  write_file_atomically(folder / "results.csv", table_to_csv(results));
  write_file_atomically(folder / "results.tex", table_to_latex(results));
  write_file_atomically(folder / "results.json", to_pretty(tables));
}

}  // namespace kelter
