// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report.h"

#include <QtTest>

#include "sample_run.h"

using namespace kelter;
using namespace kelter::test;

namespace {
bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
}  // namespace

class ReportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void it_says_what_was_run_where_and_how() {
    const std::string text = markdown_report(sample_run());
    for (const char* part :
         {"# Demo\n", "- Device: cpu\n", "- Device class: x86-64 avx2, 2 threads\n", "- dtype: float32\n",
          "- Perplexity: gptq, window 1024\n", "## Results", "| rtn | 890 bytes | 0.89x |", "## Bytes",
          "| rtn | int4-avx2 | 210 | 5.0 kB |", "## How to reproduce",
          "kelter-cli run document.kelter --device cpu --dtype float32 --threads 2"}) {
      QVERIFY2(holds(text, part), part);
    }
  }

  void troubles_are_not_hidden() {
    RunRecord run = sample_run();
    run.nodes[2].measures[2].value.reset();
    run.nodes[2].measures[2].reason = "the child process was killed";
    const std::string text = markdown_report(run);
    QVERIFY(holds(text, "- gptq failed: The Hessian is not finite (layer 3): an input is NaN. Check the text.\n"));
    QVERIFY(holds(text, "- rtn: the text gives 9 windows only\n"));
    QVERIFY(holds(text, "- rtn, peak\\_resident\\_bytes: the child process was killed\n"));
  }

  void badges_in_use_are_explained_and_others_not() {
    const std::string text = markdown_report(sample_run());
    QVERIFY(holds(text, "- **packed**: ") && holds(text, "- **expanded**: ") && !holds(text, "- **masked**"));
    for (const char* badge :
         {"dense", "masked", "sparse", "packed", "narrower", "fewer-layers", "low-rank", "expanded", "adapter"}) {
      QVERIFY2(!badge_meaning(badge).empty(), badge);
    }
    QVERIFY(badge_meaning("shiny").empty());
  }

  void nodes_measured_in_several_ways_are_named() {
    RunRecord run = sample_run();
    run.nodes[2].measures[0].protocol["window"] = 512;
    const std::string text = markdown_report(run);
    QVERIFY(holds(text, "- Perplexity (file): gptq, window 1024\n") &&
            holds(text, "- Perplexity (rtn): gptq, window 512\n"));
  }

  void an_empty_run_leaves_out_empty_sections() {
    const std::string text = markdown_report(RunRecord{});
    QVERIFY(text.starts_with("# Kelter run\n"));
    QVERIFY(!holds(text, "## Protocols") && !holds(text, "## Kernels") && !holds(text, "## Warnings"));
  }
};

QTEST_GUILESS_MAIN(ReportTest)
#include "report_test.moc"
