// SPDX-License-Identifier: GPL-3.0-or-later
// A document, a workbench without an engine and the inspector on it, with hands: what the tests of the inspector share.
#pragma once

#include <memory>
#include <QAbstractButton>
#include <QLabel>
#include <QLineEdit>
#include <QtTest>

#include "core/base/files.h"
#include "core/describe/plugin_folders.h"
#include "ui/inspector/inspector_panel.h"
#include "ui/inspector/parameter_editor.h"
#include "ui/inspector/parameter_row.h"
#include "ui/theme/theme.h"

// Says in a failed comparison what was there.
template <>
inline char* QTest::toString(const kelter::Json& json) {
  return qstrdup(json.dump().c_str());
}

namespace kelter::ui {

inline constexpr const char* document_text = R"({"kelter": 1, "title": "Test", "nodes": [
  {"id": "model", "step": "source.model", "parameters": {"path": "store:small"}, "x": 0, "y": 0},
  {"id": "text", "step": "source.text",
   "parameters": {"path": "resource:demo/prose-en.txt", "samples": 16, "length": 512}, "x": 0, "y": 120},
  {"id": "rtn", "step": "quant.rtn", "parameters": {"bits": 4, "group": 64}, "x": 320, "y": 0},
  {"id": "magnitude", "step": "prune.magnitude", "parameters": {}, "x": 320, "y": 120},
  {"id": "depth", "step": "prune.depth", "parameters": {"count": 2}, "x": 320, "y": 240},
  {"id": "tasks", "step": "measure.tasks",
   "parameters": {"names": "resource:demo/questions.jsonl"}, "x": 640, "y": 120},
  {"id": "strange", "step": "stranger.step", "parameters": {"secret": [1, 2]}, "x": 640, "y": 240}],
 "links": [["model.model", "rtn.model"], ["model.model", "magnitude.model"], ["model.model", "depth.model"],
           ["text.text", "depth.text"], ["rtn.model", "tasks.model"]]})";

inline Document parsed(const std::string& text) { return Document::from_json(parse_json(text, "test"), "test"); }

// Without the step no plugin describes, so that the graph can be built.
inline Document sound_document() {
  Document document = parsed(document_text);
  document.nodes.pop_back();
  return document;
}

inline std::string bytes(const Workbench& bench) { return to_pretty(bench.document.document().to_json()); }

inline QLabel* label_with(QWidget* parent, const QString& text) {
  for (QLabel* label : parent->findChildren<QLabel*>()) {
    if (label->isVisibleTo(parent) && label->text().contains(text)) return label;
  }
  return nullptr;
}

// A button by its visible text or accessible name.
inline QAbstractButton* button(QWidget* parent, const QString& name) {
  for (QAbstractButton* one : parent->findChildren<QAbstractButton*>()) {
    if (one->isVisibleTo(parent) && (one->text() == name || one->accessibleName().startsWith(name))) return one;
  }
  return nullptr;
}

inline NodeRecord done_node(const std::string& id, const std::string& step, double bits, std::uint64_t linear) {
  NodeRecord node;
  node.id = id;
  node.step = step;
  node.recipe = "recipe-" + id;
  node.state = NodeState::done;
  node.seconds = 8.4;
  node.ledger = {{"bits_per_weight", bits},
                 {"linear_bytes", linear},
                 {"disk_bytes", 95100000},
                 {"resident_bytes", 96000000},
                 {"sparsity", 0.0},
                 {"badges", {"packed"}},
                 {"kernels",
                  {{"rms_norm-avx2", {{"calls", 61}, {"bytes_read", 70272}}},
                   {"int4-decode_attention-g64-avx512", {{"calls", 210}, {"bytes_read", 59719680}}},
                   {"argmax-avx2", {{"calls", 1}, {"bytes_read", 0}}}}}};
  return node;
}

class InspectorDesk {
 protected:
  struct Desk {
    EngineBridge bridge;
    Workbench bench;
    InspectorPanel panel;
    Desk() : bench(StepCatalogue::load(KELTER_BINARY_DIR "/plugins"), bridge), panel(bench) {}
    ParameterRow* row(const char* parameter) {
      return panel.findChild<ParameterRow*>(QString("parameter-") + parameter);
    }
    // The widget that takes the keys of a parameter.
    QWidget* field(const char* parameter) {
      for (ParameterEditor* editor : row(parameter)->findChildren<ParameterEditor*>()) {
        if (editor->isVisibleTo(row(parameter))) return editor->focusProxy();
      }
      return nullptr;
    }
    Json value(const char* node, const char* parameter) const {
      const Json& given = bench.document.document().find(node)->parameters;
      return given.contains(parameter) ? given[parameter] : Json();
    }
    int steps() { return bench.document.undo_stack().count(); }
    void undo() { bench.document.undo_stack().undo(); }
  };
  std::unique_ptr<Desk> desk_;

  void open(const Document& document, const QString& node) {
    desk_->bench.document.replace(document, {});
    desk_->bench.selection.set(node.isEmpty() ? QStringList() : QStringList{node});
  }
  // Selects what stands there and writes over it.
  void write(const char* parameter, const QString& text) {
    auto* line = qobject_cast<QLineEdit*>(desk_->field(parameter));
    QVERIFY2(line, parameter);
    QTest::mouseClick(line, Qt::LeftButton);
    QVERIFY(line->hasFocus());
    QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
    if (text.isEmpty()) QTest::keyClick(line, Qt::Key_Backspace);
    QTest::keyClicks(line, text);
  }
  void tell(const EngineEvent& event) { desk_->bench.runs.apply(event); }

  void open_desk() {
    desk_ = std::make_unique<Desk>();
    desk_->panel.resize(340, 900);
    desk_->panel.show();
    QVERIFY(QTest::qWaitForWindowActive(&desk_->panel));
    open(sound_document(), "rtn");
  }
  QLineEdit* panel_line(const QString& name) {
    for (QLineEdit* line : desk_->panel.findChildren<QLineEdit*>()) {
      if (line->accessibleName() == name) return line;
    }
    return nullptr;
  }
  void retype(QLineEdit* line, const QString& text) {
    line->setFocus();
    QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(line, text);
  }
};

}  // namespace kelter::ui
