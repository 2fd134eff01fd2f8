// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/inspector_panel.h"

#include <QFrame>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/inspector/node_page.h"
#include "ui/inspector/other_pages.h"
#include "ui/inspector/override_table.h"
#include "ui/inspector/parameter_form.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int page_margin = 16;
constexpr int help_lines = 3;

}  // namespace

InspectorPanel::InspectorPanel(Workbench& bench, QWidget* parent) : QWidget(parent), bench_(bench) {
  setAccessibleName(tr("Inspector"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  build_page();
  build_help();
  connect(&bench.selection, &Selection::changed, this, &InspectorPanel::refresh);
  connect(&bench.document, &DocumentModel::changed, this, &InspectorPanel::refresh);
  connect(&bench.document, &DocumentModel::path_changed, this, [this] { document_page_->refresh(); });
  connect(&bench.document, &DocumentModel::replaced, this, [this] { renames_.clear(); });
  connect(&bench.runs, &RunModel::record_changed, this, &InspectorPanel::refresh_runs);
  connect(&bench.runs, &RunModel::plan_changed, this, &InspectorPanel::refresh_runs);
  connect(node_page_, &NodePage::renaming, this,
          [this](const QString& before, const QString& after) { renames_.emplace_back(before, after); });
  connect(node_page_, &NodePage::tensors_wanted, this, &InspectorPanel::tensors_requested);
  connect(node_page_->form(), &ParameterForm::help_wanted, this, &InspectorPanel::show_help);
  refresh();
}

void InspectorPanel::build_page() {
  scroll_ = new QScrollArea(this);
  scroll_->setAccessibleName(tr("Inspector"));
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* content = new QFrame;
  content->setProperty("panel", true);
  auto* pages = new QVBoxLayout(content);
  pages->setContentsMargins(page_margin, 12, page_margin, page_margin);
  node_page_ = new NodePage(bench_, content);
  document_page_ = new DocumentPage(bench_, content);
  selection_page_ = new SelectionPage(bench_, content);
  for (QWidget* page : {static_cast<QWidget*>(node_page_), static_cast<QWidget*>(document_page_),
                        static_cast<QWidget*>(selection_page_)}) {
    pages->addWidget(page);
  }
  scroll_->setWidget(content);
  layout()->addWidget(scroll_);
}

// One place of fixed height for the help of the field pointed at, so that nothing jumps while one moves along.
void InspectorPanel::build_help() {
  help_ = new QFrame(this);
  help_->setProperty("panel", true);
  auto* lines = new QVBoxLayout(help_);
  lines->setContentsMargins(page_margin, 8, page_margin, 8);
  lines->setSpacing(2);
  help_title_ = new QLabel(help_);
  help_title_->setStyleSheet("font-weight: 600;");
  help_text_ = new QLabel(help_);
  help_text_->setProperty("role", "caption");
  help_text_->setWordWrap(true);
  help_text_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  lines->addWidget(help_title_);
  lines->addWidget(help_text_, 1);
  help_rule_ = new QFrame(this);
  help_rule_->setFixedHeight(1);
  help_rule_->setAutoFillBackground(true);
  const auto paint = [this] {
    QPalette palette = help_rule_->palette();
    palette.setColor(QPalette::Window, theme().colors().line);
    help_rule_->setPalette(palette);
    const int line = QFontMetrics(theme().font(Text::small)).lineSpacing();
    help_->setFixedHeight(QFontMetrics(theme().font(Text::body)).lineSpacing() + help_lines * line + 18);
  };
  paint();
  connect(&theme(), &Theme::changed, help_rule_, paint);
  layout()->addWidget(help_rule_);
  layout()->addWidget(help_);
  show_help({}, {});
}

QSize InspectorPanel::sizeHint() const { return {static_cast<int>(theme().px(320)), 640}; }

QSize InspectorPanel::minimumSizeHint() const { return {static_cast<int>(theme().px(272)), 200}; }

QStringList InspectorPanel::existing(const QStringList& nodes) const {
  QStringList found;
  for (const QString& node : nodes) {
    if (bench_.document.document().find(node.toStdString())) found.append(node);
  }
  return found;
}

// Undo or redo of a rename: the node goes by its other name.
void InspectorPanel::follow_rename() {
  const auto exists = [this](const QString& node) {
    return bench_.document.document().find(node.toStdString()) != nullptr;
  };
  if (shown_.isEmpty() || exists(shown_) || !existing(bench_.selection.nodes()).isEmpty()) return;
  for (const auto& [before, after] : renames_) {
    const QString other = shown_ == after ? before : shown_ == before ? after : QString();
    if (!other.isEmpty() && exists(other)) return bench_.selection.set({other});
  }
  shown_.clear();
}

void InspectorPanel::refresh() {
  const QStringList nodes = existing(bench_.selection.nodes());
  if (nodes.isEmpty() && !shown_.isEmpty()) QTimer::singleShot(0, this, &InspectorPanel::follow_rename);
  if (!nodes.isEmpty()) shown_ = nodes.size() == 1 ? nodes.first() : QString();
  node_page_->setVisible(nodes.size() == 1);
  document_page_->setVisible(nodes.isEmpty());
  selection_page_->setVisible(nodes.size() > 1);
  help_->setVisible(nodes.size() == 1);
  help_rule_->setVisible(nodes.size() == 1);
  if (nodes.size() == 1) node_page_->show_node(nodes.first().toStdString());
  if (nodes.isEmpty()) document_page_->refresh();
  if (nodes.size() > 1) selection_page_->show_nodes(nodes);
}

void InspectorPanel::refresh_runs() {
  if (!node_page_->isHidden()) node_page_->refresh_runs();
}

void InspectorPanel::show_help(const QString& label, const QString& help) {
  help_title_->setText(label.isEmpty() ? tr("Help") : label);
  help_text_->setText(label.isEmpty() ? tr("Point at a field, or go into it, to read what it does.") : help);
}

void InspectorPanel::focus_first_field() {
  QWidget* page = !node_page_->isHidden() ? static_cast<QWidget*>(node_page_->form()) : document_page_;
  for (QWidget* widget : page->findChildren<QWidget*>()) {
    if ((widget->focusPolicy() & Qt::TabFocus) == 0 || !widget->isVisible() || widget->focusProxy()) continue;
    widget->setFocus(Qt::ShortcutFocusReason);
    scroll_->ensureWidgetVisible(widget);
    return;
  }
}

void InspectorPanel::edit_layer(const QString& node, std::int64_t layer) {
  if (existing({node}).isEmpty()) return;
  if (bench_.selection.nodes() != QStringList{node}) bench_.selection.set({node});
  node_page_->overrides()->edit_layer(layer);
  // Once the page has made room for a new row.
  QTimer::singleShot(0, this, [this] { scroll_->ensureWidgetVisible(node_page_->overrides()); });
}

// Where the window has no action for them, undo and redo work from here too.
void InspectorPanel::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Undo)) return bench_.document.undo_stack().undo();
  if (event->matches(QKeySequence::Redo)) return bench_.document.undo_stack().redo();
  QWidget::keyPressEvent(event);
}

}  // namespace kelter::ui
