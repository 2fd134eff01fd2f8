// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/node_header.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/inspector/fields.h"
#include "ui/inspector/parameter_row.h"
#include "ui/library/families.h"
#include "ui/library/step_card.h"
#include "ui/models/step_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {

NodeHeader::NodeHeader(QWidget* parent) : QWidget(parent) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  build_title();
  build_card();
  build_name();
}

NodeHeader::~NodeHeader() { name_->disconnect(this); }

void NodeHeader::build_title() {
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  dot_ = new FamilyDot(this);
  title_ = new QLabel(this);
  title_->setProperty("role", "title");
  title_->setWordWrap(true);
  title_->setMinimumWidth(80);
  meta_ = new QLabel(this);
  meta_->setProperty("role", "caption");
  meta_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  meta_->setMinimumWidth(60);  // in a narrow panel it gives way; its tooltip has all
  help_ = new QToolButton(this);
  help_->setCheckable(true);
  help_->setFixedSize(26, 26);
  help_->setAccessibleName(tr("Show the help of every field"));
  help_->setToolTip(help_->accessibleName());
  const auto paint = [this] { help_->setIcon(theme().icon("help", theme().colors().muted)); };
  paint();
  connect(&theme(), &Theme::changed, help_, paint);
  connect(help_, &QToolButton::toggled, this, &NodeHeader::help_toggled);
  row->addWidget(dot_);
  row->addWidget(title_, 1);
  row->addWidget(meta_);
  row->addWidget(help_);
  static_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void NodeHeader::build_card() {
  auto* lines = static_cast<QVBoxLayout*>(layout());
  summary_ = new QLabel(this);
  summary_->setProperty("role", "muted");
  summary_->setWordWrap(true);
  lines->addWidget(summary_);
  auto* row = new QHBoxLayout;
  row->setSpacing(4);
  citation_ = new QLabel(this);
  citation_->setProperty("role", "muted");
  citation_->setMinimumWidth(60);
  card_link_ = new QPushButton(this);
  card_link_->setProperty("flat", true);
  card_link_->setCheckable(true);
  connect(card_link_, &QPushButton::toggled, this, &NodeHeader::open_card);
  row->addWidget(citation_);
  row->addWidget(card_link_);
  row->addStretch();
  lines->addLayout(row);
  card_ = new StepCardView(this);
  card_->hide();
  lines->addWidget(card_);
}

void NodeHeader::build_name() {
  name_ = new ValueField(this);
  name_->setAccessibleName(tr("Name of the node"));
  name_->setToolTip(tr("Letters, digits, - and _. Results and files of this node carry the name."));
  name_problem_ = new QLabel(this);
  name_problem_->setProperty("role", "danger");
  name_problem_->setWordWrap(true);
  name_problem_->hide();
  connect(name_, &QLineEdit::returnPressed, this, &NodeHeader::take_name);
  connect(name_, &ValueField::left, this, &NodeHeader::take_name);
  connect(name_, &ValueField::given_up, this, [this] {
    name_->setText(QString::fromStdString(node_));
    show_name_problem({});
  });
  layout()->addWidget(form_row(tr("Name"), name_, this));
  layout()->addWidget(name_problem_);
}

void NodeHeader::show_node(const std::string& node, const std::string& step_id, const StepDescriptor* step) {
  if (node != node_) show_name_problem({});
  const bool typing = node == node_ && name_->hasFocus();
  node_ = node;
  if (!typing) name_->setText(QString::fromStdString(node));
  dot_->set_family(step ? step->family : std::string());
  title_->setText(step ? step_text(step->title) : QString::fromStdString(step_id));
  meta_->setText(step ? tr("%1 · v%2").arg(QString::fromStdString(step->id)).arg(step->version) : QString());
  meta_->setToolTip(meta_->text());
  summary_->setText(step ? step_text(step->card.summary)
                         : tr("No plugin describes this step. It is kept as it is and cannot run here."));
  const QString citation = step ? short_citation(step->card.paper) : QString();
  citation_->setText(citation);
  citation_->setToolTip(citation);
  citation_->setVisible(!citation.isEmpty());
  card_link_->setVisible(step != nullptr);
  help_->setVisible(step && !step->parameters.empty());
  if (step && step->id != shown_step_) card_->show_card(step->card, false);
  shown_step_ = step ? step->id : std::string();
  open_card(card_link_->isChecked() && step);
}

// Renaming changes links and results, so it waits until the name is whole.
void NodeHeader::take_name() {
  const QString wanted = name_->text().trimmed();
  if (wanted == QString::fromStdString(node_)) {
    if (name_->hasFocus()) show_name_problem({});
    return;
  }
  Q_EMIT rename_wanted(wanted);
}

void NodeHeader::show_name_problem(const QString& why) {
  name_problem_->setText(why);
  name_problem_->setVisible(!why.isEmpty());
  set_mark(name_, "invalid", !why.isEmpty() && name_->hasFocus());
  if (!why.isEmpty() && !name_->hasFocus()) name_->setText(QString::fromStdString(node_));
}

void NodeHeader::open_card(bool open) {
  card_->setVisible(open);
  card_link_->setText(open ? tr("close the card") : tr("card ›"));
  card_link_->setAccessibleName(tr("The whole card of the step"));
}

QWidget* form_row(const QString& label, QWidget* field, QWidget* parent) {
  auto* row = new QWidget(parent);
  auto* grid = new QGridLayout(row);
  form_columns(grid);
  auto* name = new QLabel(label, row);
  name->setWordWrap(true);
  name->setBuddy(field);
  name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  field->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  grid->addWidget(name, 0, 0);
  grid->addWidget(field, 0, 1);
  for (const int column : {2, 3}) {  // a column without a widget has no spacing either
    auto* space = new QWidget(row);
    space->setFixedSize(grid->columnMinimumWidth(column), 1);
    grid->addWidget(space, 0, column);
  }
  return row;
}

}  // namespace kelter::ui
