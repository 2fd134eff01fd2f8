// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/other_pages.h"

#include <algorithm>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/inspector/fields.h"
#include "ui/inspector/node_header.h"
#include "ui/inspector/problem_list.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

QVBoxLayout* page_layout(QWidget* page) {
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  return layout;
}

QLabel* line(const char* role, QWidget* page) {
  auto* label = new QLabel(page);
  label->setProperty("role", role);
  label->setWordWrap(true);
  page->layout()->addWidget(label);
  return label;
}

}  // namespace

DocumentPage::DocumentPage(Workbench& bench, QWidget* parent) : QWidget(parent), bench_(bench) {
  auto* layout = page_layout(this);
  title_ = line("title", this);
  facts_ = line("muted", this);
  path_ = line("caption", this);
  path_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  name_ = new ValueField(this);
  name_->setAccessibleName(tr("Title of the document"));
  name_->setPlaceholderText(tr("Untitled"));
  layout->addWidget(form_row(tr("Title"), name_, this));
  problem_ = new ProblemList(this);
  layout->addWidget(problem_);
  hint_ = line("muted", this);
  layout->addStretch();
  connect(name_, &QLineEdit::textEdited, this, &DocumentPage::take_title);
  connect(name_, &QLineEdit::editingFinished, this, [this] { bench_.document.end_gesture(); });
}

DocumentPage::~DocumentPage() { name_->disconnect(this); }

void DocumentPage::take_title() {
  bench_.document.push(set_title(bench_.document.document(), name_->text().toStdString()), tr("Change the title"));
}

void DocumentPage::refresh() {
  const Document& document = bench_.document.document();
  const auto steps = document.nodes.size();
  const auto links = document.links.size();
  title_->setText(bench_.document.title());
  const QString step_words = steps == 1 ? tr("1 step") : tr("%1 steps").arg(steps);
  facts_->setText(step_words + " · " + (links == 1 ? tr("1 link") : tr("%1 links").arg(links)));
  const QString path = bench_.document.path();
  path_->setText(path.isEmpty() ? tr("Not saved yet") : QDir::toNativeSeparators(path));
  const QString name = QString::fromStdString(document.title);
  if (name_->text() != name) {
    name_->setText(name);
    name_->home(false);  // a long one is read from its beginning
  }
  std::vector<ErrorInfo> problems;
  if (bench_.document.problem() && steps > 0) problems.push_back(*bench_.document.problem());
  problem_->show_problems(problems, {});
  hint_->setText(
      steps == 0 ? tr("The canvas is empty. Drag a model and a step from the library onto it, or press Enter on one.")
                 : tr("Select a step on the canvas to see its settings and what it costs."));
}

SelectionPage::SelectionPage(Workbench& bench, QWidget* parent) : QWidget(parent), bench_(bench) {
  auto* layout = page_layout(this);
  title_ = line("title", this);
  names_ = line("muted", this);
  bypass_ = new Switch(this);
  bypass_->setAccessibleName(tr("Bypass the selected steps"));
  layout->addWidget(form_row(tr("Bypass"), bypass_, this));
  remove_ = new QPushButton(tr("Remove from the canvas"), this);
  layout->addWidget(remove_, 0, Qt::AlignLeft);
  layout->addStretch();
  connect(bypass_, &QCheckBox::clicked, this, [this](bool on) {
    bench_.document.push(set_bypass(bench_.document.document(), ids(), on), on ? tr("Bypass") : tr("End the bypass"));
  });
  connect(remove_, &QPushButton::clicked, this, [this] {
    const std::vector<std::string> gone = ids();
    bench_.selection.clear();
    bench_.document.push(remove_nodes(bench_.document.document(), gone), tr("Remove %1 steps").arg(gone.size()));
  });
}

std::vector<std::string> SelectionPage::ids() const {
  std::vector<std::string> ids;
  for (const QString& node : nodes_) {
    if (bench_.document.document().find(node.toStdString())) ids.push_back(node.toStdString());
  }
  return ids;
}

void SelectionPage::show_nodes(const QStringList& nodes) {
  nodes_ = nodes;
  refresh();
}

void SelectionPage::refresh() {
  const std::vector<std::string> selected = ids();
  title_->setText(tr("%1 steps").arg(selected.size()));
  QStringList names;
  for (const std::string& id : selected)
    names.append(QString::fromStdString(id));
  names_->setText(names.join(", "));
  const bool all = std::all_of(selected.begin(), selected.end(),
                               [&](const std::string& id) { return bench_.document.document().find(id)->bypass; });
  bypass_->setChecked(all && !selected.empty());
}

}  // namespace kelter::ui
