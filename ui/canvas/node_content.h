// SPDX-License-Identifier: GPL-3.0-or-later
// What a node on the canvas says, as plain values made from the document and the run: items compare them and redraw
// only what differs. Pure; window thread (it translates).
#pragma once

#include <map>
#include <optional>
#include <QString>
#include <QStringList>
#include <string>
#include <vector>

#include "ui/canvas/state_ring.h"
#include "ui/models/document_model.h"
#include "ui/models/run_model.h"

namespace kelter::ui {

struct PortContent {
  QString name;
  std::optional<PortType> type;  // absent: known from a link only
  bool many = false, required = false;
  bool operator==(const PortContent&) const = default;
};

// From the document.
struct NodeFace {
  QString title;         // of the step, its id if no plugin describes it
  QString name;          // the node's id where it says more than the step's; else empty
  QString parameters;    // "4 bit · group 64"
  bool missing = false;  // `parameters` says what is missing
  bool known = true, bypass = false;
  std::size_t copies = 1;  // of a sweep
  std::string family;
  std::vector<PortContent> inputs, outputs;
  bool operator==(const NodeFace&) const = default;
};

// From the run.
struct NodeResult {
  ShownState state;
  QString problem;     // why the document cannot run, if it is about this node; or the error of a failed one
  QString size;        // "97 MB · 4.5 bit", empty without a result
  QStringList badges;  // words
  bool operator==(const NodeResult&) const = default;
};

// What is looked up for many nodes, read once. Keeps references: of short life.
class ContentReader {
 public:
  ContentReader(const DocumentModel& document, const RunModel& runs);
  NodeFace face(const Node& node) const;
  NodeResult result(const Node& node) const;

 private:
  void add_linked_ports(const std::string& node, NodeFace& face) const;

  const DocumentModel& document_;
  const RunModel& runs_;
  std::map<std::string, std::size_t> copies_;                   // graph nodes of each document node
  std::multimap<std::string, std::string> used_in_, used_out_;  // ports that links name
  std::string problem_node_;
};

// "Round to nearest", or "Round to nearest (rtn-g64)" where the name says more.
QString node_label(const DocumentModel& document, const std::string& id);
// "model", "text", … as a person reads them.
QString type_word(PortType type);
// "Input text: a text, needed"
QString port_words(const PortContent& port, bool input);
// Everything about a node in one sentence, for tooltips and screen readers.
QString node_words(const NodeFace& face, const NodeResult& result);

}  // namespace kelter::ui
