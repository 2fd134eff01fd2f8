// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/presets.h"

#include <QCoreApplication>

namespace kelter::ui {
namespace {

class Presets {
  Q_DECLARE_TR_FUNCTIONS(Presets)
 public:
  explicit Presets(const StepCatalogue& catalogue) : catalogue_(catalogue) {}

  std::vector<Preset> all() {
    const std::pair<const char*, QString> languages[] = {
        {"en", tr("English")}, {"de", tr("German")}, {"fr", tr("French")}};
    for (const auto& [code, language] : languages) {
      const std::string file = std::string("resource:demo/prose-") + code + ".txt";
      add("source.text", {tr("Prose, %1").arg(language), tr("calibration"),
                          tr("Stories, essays and how-tos written for Kelter, to calibrate with.")},
          {{"path", file}, {"samples", 16}, {"length", 512}});
    }
    for (const auto& [code, language] : languages) {
      const std::string file = std::string("resource:demo/test-") + code + ".txt";
      add("measure.perplexity", {tr("Test text, %1").arg(language), tr("perplexity"),
                                 tr("A text the calibration does not know, with the measure that reads it.")},
          {{"text", file}, {"window", 1024}});
    }
    add("measure.tasks", {tr("240 questions"), tr("tasks"),
                          tr("Questions with four choices each, from everyday knowledge to hard ones, with the measure that asks them.")},
        {{"names", "resource:demo/questions.jsonl"}});
    return std::move(presets_);
  }

 private:
  struct Words {
    QString title, detail, summary;
  };

  void add(const char* id, const Words& words, Json parameters) {
    const StepDescriptor* step = catalogue_.find(id);
    if (step) presets_.push_back({step, words.title, words.detail, words.summary, std::move(parameters)});
  }

  const StepCatalogue& catalogue_;
  std::vector<Preset> presets_;
};

}  // namespace

std::vector<Preset> shipped_presets(const StepCatalogue& catalogue) { return Presets(catalogue).all(); }

}  // namespace kelter::ui
