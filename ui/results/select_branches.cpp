// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/select_branches.h"

namespace kelter::ui {
namespace {

QString document_node(const QString& graph_node) {
  return QString::fromStdString(document_node_of(graph_node.toStdString()));
}

QString copy_of_sweep(const QString& graph_node) { return graph_node.contains('@') ? graph_node : QString(); }

}  // namespace

void select_branch(Selection& selection, const QString& graph_node, bool extend) {
  const QString node = document_node(graph_node);
  QStringList nodes = extend ? selection.nodes() : QStringList();
  if (extend && nodes.removeAll(node) > 0) return selection.set(nodes);
  nodes << node;
  selection.set(nodes, copy_of_sweep(graph_node));
}

void select_branches(Selection& selection, const QStringList& graph_nodes) {
  QStringList nodes;
  for (const QString& graph_node : graph_nodes) {
    if (!nodes.contains(document_node(graph_node))) nodes << document_node(graph_node);
  }
  selection.set(nodes, graph_nodes.size() == 1 ? copy_of_sweep(graph_nodes.front()) : QString());
}

}  // namespace kelter::ui
