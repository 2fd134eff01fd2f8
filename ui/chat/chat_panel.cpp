// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/chat_panel.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/models/step_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr std::size_t default_columns = 4;
constexpr int default_tokens = 64, most_tokens = 4096;
constexpr double default_temperature = 0.8;
enum Mode { greedy, sampling };

double number_in(const Json& ledger, const char* key) {
  const auto found = ledger.find(key);
  return found != ledger.end() && found->is_number() ? found->get<double>() : 0;
}

// The place of the first difference, -1 if there is none.
qsizetype first_difference(const QString& a, const QString& b) {
  if (a == b) return -1;
  const auto pair = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return pair.first - a.begin();
}

}  // namespace

ChatPanel::ChatPanel(Workbench& bench, QWidget* parent) : QWidget(parent), bench_(bench) {
  setAccessibleName(tr("Try it"));
  setAttribute(Qt::WA_StyledBackground);
  setProperty("panel", true);
  splitter_ = new QSplitter(Qt::Horizontal);
  splitter_->setChildrenCollapsible(false);
  auto* empty = new QLabel(tr("No model to try yet.\n\nRun the document: every model it makes can be tried here, side by side."));
  empty->setProperty("role", "muted");
  empty->setAlignment(Qt::AlignCenter);
  empty->setWordWrap(true);
  stack_ = new QStackedWidget;
  stack_->addWidget(empty);
  auto* across = new QScrollArea;   // more columns than fit are scrolled to
  across->setWidget(splitter_);
  across->setWidgetResizable(true);
  across->setFrameShape(QFrame::NoFrame);
  across->viewport()->setAutoFillBackground(false);
  splitter_->setAutoFillBackground(false);
  across->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  stack_->addWidget(across);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 12, 16, 12);
  layout->setSpacing(8);
  layout->addWidget(build_prompt());
  layout->addWidget(build_controls());
  layout->addSpacing(4);
  layout->addWidget(stack_, 1);
  connect(&bench.runs, &RunModel::record_changed, this, &ChatPanel::refresh);
  connect(&bench.runs, &RunModel::status_changed, this, &ChatPanel::refresh);
  connect(&bench.engine, &EngineBridge::event, this, &ChatPanel::handle);
  connect(&bench.document, &DocumentModel::replaced, this, [this] {
    stop();
    chosen_by_hand_ = false;
  });
  refresh();
  refresh_controls();
}

QWidget* ChatPanel::build_prompt() {
  prompt_ = new QPlainTextEdit(tr("The capital of France is"));
  prompt_->setPlaceholderText(tr("The beginning of a text for the models to continue …"));
  prompt_->setAccessibleName(tr("Prompt"));
  prompt_->setTabChangesFocus(true);
  prompt_->setFixedHeight(qRound(theme().px(64)));
  prompt_->installEventFilter(this);
  connect(prompt_, &QPlainTextEdit::textChanged, this, &ChatPanel::refresh_controls);
  return prompt_;
}

QWidget* ChatPanel::build_controls() {
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  branches_button_ = new QPushButton;
  branches_menu_ = new QMenu(this);
  branches_button_->setMenu(branches_menu_);
  branches_button_->setAccessibleName(tr("Which models to try"));
  mode_ = new QComboBox;
  mode_->addItem(tr("Most likely token"));
  mode_->addItem(tr("Draw tokens"));
  mode_->setAccessibleName(tr("How tokens are chosen"));
  mode_->setToolTip(tr("The most likely token each time (greedy), or tokens drawn at a temperature with the same seed for all"));
  temperature_ = new QDoubleSpinBox;
  temperature_->setRange(0.05, 5);
  temperature_->setSingleStep(0.1);
  temperature_->setValue(default_temperature);
  temperature_->setPrefix(tr("temperature "));
  temperature_->setAccessibleName(tr("Temperature"));
  seed_ = new QSpinBox;
  seed_->setRange(0, 999999999);
  seed_->setPrefix(tr("seed "));
  seed_->setAccessibleName(tr("Seed"));
  tokens_ = new QSpinBox;
  tokens_->setRange(1, most_tokens);
  tokens_->setValue(default_tokens);
  tokens_->setPrefix(tr("at most "));
  tokens_->setSuffix(tr(" tokens"));
  tokens_->setAccessibleName(tr("Most tokens to write"));
  write_ = new QPushButton(tr("Write"));
  write_->setObjectName("write");
  write_->setProperty("primary", true);
  write_->setAccessibleName(tr("Let every model continue the prompt"));
  write_->setToolTip(tr("Let every model continue the prompt (Ctrl+Return)"));
  stop_ = new QPushButton(tr("Stop"));
  stop_->setAccessibleName(tr("Stop writing"));
  for (QWidget* widget : std::initializer_list<QWidget*>{branches_button_, mode_, temperature_, seed_, tokens_}) layout->addWidget(widget);
  // In a narrow window they give way.
  for (QWidget* widget : std::initializer_list<QWidget*>{branches_button_, mode_, temperature_, seed_, tokens_})
    widget->setMinimumWidth(qRound(theme().px(84)));
  layout->addStretch(1);
  layout->addWidget(stop_);
  layout->addWidget(write_);
  connect(mode_, &QComboBox::currentIndexChanged, this, &ChatPanel::refresh_controls);
  connect(write_, &QPushButton::clicked, this, &ChatPanel::write);
  connect(stop_, &QPushButton::clicked, this, &ChatPanel::stop);
  return row;
}

bool ChatPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == prompt_ && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && (key->modifiers() & Qt::ControlModifier)) {
      if (write_->isEnabled()) write();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

// ---- which models -------------------------------------------------------------------------------------------

std::vector<ChatBranch> ChatPanel::branches() const {
  std::vector<ChatBranch> found;
  for (const NodeRecord& node : bench_.runs.record().nodes) {
    const QString model = bench_.model_of(node.id);
    if (model.isEmpty()) continue;
    const StepDescriptor* step = bench_.catalogue.find(node.step);
    ChatBranch branch;
    branch.node = node.id;
    branch.title = step ? step_text(step->title) : QString::fromStdString(node.step);
    branch.family = step ? step->family : std::string();
    branch.model = model;
    branch.bytes = number_in(node.ledger, "disk_bytes");
    branch.bits = number_in(node.ledger, "bits_per_weight");
    branch.stale = bench_.runs.stale(node.id);
    found.push_back(std::move(branch));
  }
  std::stable_partition(found.begin(), found.end(), [](const ChatBranch& branch) { return branch.family == "source"; });
  return found;
}

void ChatPanel::refresh() {
  const std::vector<ChatBranch> now = branches();
  if (now == shown_ && shown_busy_ == busy()) return;   // a run changes states many times a second
  shown_ = now;
  shown_busy_ = busy();
  if (!chosen_by_hand_ && !busy()) {
    chosen_.clear();
    for (const ChatBranch& branch : now) {
      if (chosen_.size() < default_columns) chosen_.insert(branch.node);
    }
  }
  refresh_menu(now);
  if (!busy()) refresh_columns(now);
  refresh_controls();
}

void ChatPanel::refresh_menu(const std::vector<ChatBranch>& branches) {
  if (branches_menu_->isVisible()) return;
  branches_menu_->clear();
  QAction* all = branches_menu_->addAction(tr("All models"));
  connect(all, &QAction::triggered, this, &ChatPanel::choose_all);
  branches_menu_->addSeparator();
  for (const ChatBranch& branch : branches) {
    QAction* action = branches_menu_->addAction(QString::fromStdString(branch.node));
    action->setCheckable(true);
    action->setChecked(chosen_.count(branch.node) != 0);
    connect(action, &QAction::toggled, this, [this, node = branch.node](bool on) { choose(node, on); });
  }
  branches_button_->setText(tr("%1 of %n model(s)", nullptr, static_cast<int>(branches.size())).arg(columns_.size()));
}

void ChatPanel::choose(const std::string& node, bool chosen) {
  chosen_by_hand_ = true;
  if (chosen) {
    chosen_.insert(node);
  } else {
    chosen_.erase(node);
  }
  stop();
  refresh_columns(branches());
  refresh_controls();
}

void ChatPanel::choose_all() {
  chosen_by_hand_ = true;
  for (const ChatBranch& branch : branches()) chosen_.insert(branch.node);
  stop();
  refresh_columns(branches());
  refresh_controls();
}

// Columns that stay keep their text.
void ChatPanel::refresh_columns(const std::vector<ChatBranch>& branches) {
  std::vector<ChatColumn*> wanted;
  for (const ChatBranch& branch : branches) {
    if (chosen_.count(branch.node) == 0) continue;
    const auto known = std::find_if(columns_.begin(), columns_.end(),
                                    [&](const ChatColumn* column) { return column->branch().node == branch.node; });
    if (known == columns_.end()) {
      wanted.push_back(new ChatColumn(branch));
    } else {
      if ((*known)->branch() != branch) (*known)->set_branch(branch);
      wanted.push_back(*known);
    }
  }
  if (wanted != columns_) {
    for (ChatColumn* old : columns_) {
      if (std::find(wanted.begin(), wanted.end(), old) == wanted.end()) delete old;
    }
    columns_ = std::move(wanted);
    for (std::size_t i = 0; i < columns_.size(); ++i) splitter_->insertWidget(static_cast<int>(i), columns_[i]);
    splitter_->setSizes(QList<int>(static_cast<qsizetype>(columns_.size()), 1000));
  }
  stack_->setCurrentIndex(columns_.empty() ? 0 : 1);
  branches_button_->setText(tr("%1 of %n model(s)", nullptr, static_cast<int>(branches.size())).arg(columns_.size()));
}

void ChatPanel::refresh_controls() {
  const bool draws = mode_->currentIndex() == sampling;
  temperature_->setVisible(draws);
  seed_->setVisible(draws);
  branches_button_->setVisible(!shown_.empty());
  write_->setEnabled(!busy() && !columns_.empty() && !prompt_->toPlainText().isEmpty());
  stop_->setVisible(busy());
}

// ---- writing --------------------------------------------------------------------------------------------------

QString ChatPanel::waiting_text() const {
  if (bench_.engine.state() == EngineBridge::State::loading) return tr("waiting for the engine to load");
  return bench_.runs.running() ? tr("waiting for a pause of the run") : tr("waiting");
}

void ChatPanel::write() {
  if (busy() || columns_.empty()) return;
  request_ = {};
  request_.tag = "try-it-" + std::to_string(reinterpret_cast<std::uintptr_t>(this));
  request_.prompt = prompt_->toPlainText().toStdString();
  request_.max_tokens = tokens_->value();
  request_.temperature = mode_->currentIndex() == sampling ? temperature_->value() : 0;
  request_.seed = seed_->value();
  request_.settings = bench_.settings;
  waiting_.assign(columns_.begin(), columns_.end());
  for (ChatColumn* column : columns_) column->wait(waiting_text(), prompt_->toPlainText());
  ask_next();
}

void ChatPanel::ask_next() {
  id_.clear();
  asked_ = nullptr;
  if (!waiting_.empty()) {
    asked_ = waiting_.front();
    waiting_.pop_front();
    id_ = request_.id = EngineBridge::new_id("text");
    request_.model = asked_->branch().model.toStdString();
    if (!bench_.runs.running() && bench_.engine.state() == EngineBridge::State::ready) asked_->begin();
    bench_.engine.send(request_);
  }
  refresh_controls();
  if (!busy()) refresh();
}

void ChatPanel::stop() {
  if (!busy()) return;
  bench_.engine.send(CancelRequest{id_});
  for (ChatColumn* column : waiting_) column->stop();
  waiting_.clear();
  asked_->stop();
  ask_next();
}

void ChatPanel::answered() {
  compare();
  ask_next();
}

void ChatPanel::handle(const EngineEvent& event) {
  if (!busy()) return;
  if (const auto* token = std::get_if<TokenWritten>(&event); token && token->id == id_) asked_->add(*token);
  if (const auto* end = std::get_if<GenerationFinished>(&event); end && end->id == id_) {
    asked_->finish(*end);
    return answered();
  }
  const auto* failed = std::get_if<RequestFailed>(&event);
  if (!failed || failed->id != id_) return;
  asked_->fail(failed->error);
  bench_.report(failed->error);
  answered();
}

// Whether compressing changed what the model says is the question here.
void ChatPanel::compare() {
  if (columns_.size() < 2 || columns_.front()->state() != ChatColumn::State::done) return;
  const QString first = QString::fromStdString(columns_.front()->branch().node);
  for (std::size_t i = 1; i < columns_.size(); ++i) {
    if (columns_[i]->state() != ChatColumn::State::done) continue;
    const qsizetype place = first_difference(columns_[i]->text(), columns_.front()->text());
    columns_[i]->set_comparison(place < 0 ? tr("the same text as %1").arg(first)
                                          : tr("differs from %1 after %n character(s)", nullptr, static_cast<int>(place)).arg(first));
  }
}

}  // namespace kelter::ui
