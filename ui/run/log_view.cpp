// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/log_view.h"

#include <QContextMenuEvent>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QClipboard>
#include <QMenu>
#include <QScrollBar>
#include <QSyntaxHighlighter>
#include <algorithm>
#include <map>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int most_lines = 20000;
constexpr qint64 most_recorded = 2 << 20;   // bytes of a log that was written earlier
constexpr int gather_ms = 40;
constexpr int time_length = 8;     // "22:41:07"

QString level_word(const std::string& level) {
  if (level == "warning") return LogView::tr("warning");
  if (level == "error") return LogView::tr("error");
  return {};
}

}  // namespace

// Colours of a line: its time is muted, a level stands out (and is a word anyway).
class LogColors : public QSyntaxHighlighter {
 public:
  using QSyntaxHighlighter::QSyntaxHighlighter;

 protected:
  void highlightBlock(const QString& text) override {
    const Colors& colors = theme().colors();
    QTextCharFormat muted;
    muted.setForeground(colors.muted);
    setFormat(0, time_length, muted);
    for (const auto& [word, color] : {std::pair(level_word("warning"), colors.warning), std::pair(level_word("error"), colors.danger)}) {
      if (!text.mid(time_length).startsWith("  " + word + "  ")) continue;
      QTextCharFormat level;
      level.setForeground(color);
      level.setFontWeight(QFont::DemiBold);
      setFormat(time_length + 2, static_cast<int>(word.size()), level);
    }
  }
};

LogView::LogView(RunModel& runs, QWidget* parent) : QPlainTextEdit(parent), runs_(runs), colors_(new LogColors(document())) {
  setReadOnly(true);
  setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  setMaximumBlockCount(most_lines);
  setTabChangesFocus(true);
  setFrameShape(QFrame::NoFrame);
  setAccessibleName(tr("Log of the run"));
  setPlaceholderText(tr("The log appears here while a document runs."));
  soon_.setSingleShot(true);
  soon_.setInterval(gather_ms);
  connect(&soon_, &QTimer::timeout, this, &LogView::add_new_lines);
  connect(&runs_, &RunModel::log_added, this, [this] {
    if (!soon_.isActive()) soon_.start();
  });
  connect(&runs_, &RunModel::log_cleared, this, &LogView::start_anew);
  // Only a person's scrolling counts: with another size of the view the value changes, too.
  QScrollBar* bar = verticalScrollBar();
  connect(bar, &QScrollBar::actionTriggered, this, [this, bar] { set_follows(bar->sliderPosition() >= bar->maximum()); });
  connect(bar, &QScrollBar::rangeChanged, this, [this, bar](int, int last) {
    if (follows_) bar->setValue(last);
  });
  connect(&theme(), &Theme::changed, this, &LogView::restyle);
  restyle();
  add_new_lines();
}

QString LogView::line(const LogMessage& message, const QTime& time) {
  const QString word = level_word(message.level);
  QString text = time.toString("HH:mm:ss") + "  ";
  if (!word.isEmpty()) text += word + "  ";
  if (!message.node.empty()) text += QString::fromStdString(message.node) + "  ";
  return text + QString::fromStdString(message.text).replace('\n', ' ');
}

void LogView::restyle() {
  QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
  font.setPointSizeF(theme().font(Text::small).pointSizeF());
  setFont(font);
  colors_->rehighlight();
}

void LogView::start_anew() {
  soon_.stop();
  shown_ = 0;
  clear();
  set_follows(true);
  if (runs_.opened() && !runs_.running()) show_recorded();
  add_new_lines();
}

void LogView::show_recorded() {
  QFile file(runs_.folder() + "/log.txt");
  if (!file.open(QIODevice::ReadOnly)) return;   // a run folder may have been copied without it
  file.seek(std::max<qint64>(0, file.size() - most_recorded));
  if (file.pos() > 0) file.readLine();
  setPlainText(QString::fromUtf8(file.readAll()).trimmed());
  follow();
}

void LogView::add_new_lines() {
  const std::vector<LogMessage>& log = runs_.log();
  QStringList lines;
  for (; shown_ < log.size(); ++shown_) lines.append(line(log[shown_], runs_.log_times()[shown_]));
  if (lines.isEmpty()) return;
  const int place = verticalScrollBar()->value();
  appendPlainText(lines.join('\n'));
  verticalScrollBar()->setValue(follows_ ? verticalScrollBar()->maximum() : place);
}

void LogView::set_follows(bool follows) {
  if (follows == follows_) return;
  follows_ = follows;
  Q_EMIT follows_changed();
}

void LogView::follow() {
  verticalScrollBar()->setValue(verticalScrollBar()->maximum());
  set_follows(true);
}

void LogView::copy_all() { QGuiApplication::clipboard()->setText(toPlainText()); }

// Without Shift the keys move what is looked at, not the cursor, which may be far away and is not seen.
void LogView::keyPressEvent(QKeyEvent* event) {
  static const std::map<int, QAbstractSlider::SliderAction> ways = {
      {Qt::Key_Up, QAbstractSlider::SliderSingleStepSub},  {Qt::Key_Down, QAbstractSlider::SliderSingleStepAdd},
      {Qt::Key_PageUp, QAbstractSlider::SliderPageStepSub}, {Qt::Key_PageDown, QAbstractSlider::SliderPageStepAdd},
      {Qt::Key_Home, QAbstractSlider::SliderToMinimum},    {Qt::Key_End, QAbstractSlider::SliderToMaximum}};
  const auto way = ways.find(event->key());
  if (way != ways.end() && !(event->modifiers() & Qt::ShiftModifier)) return verticalScrollBar()->triggerAction(way->second);
  QPlainTextEdit::keyPressEvent(event);
  set_follows(verticalScrollBar()->value() >= verticalScrollBar()->maximum());
}

void LogView::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  QAction* copy = menu.addAction(tr("Copy"), this, &QPlainTextEdit::copy);
  copy->setShortcut(QKeySequence::Copy);
  copy->setEnabled(textCursor().hasSelection());
  menu.addAction(tr("Copy the whole log"), this, &LogView::copy_all)->setEnabled(!document()->isEmpty());
  menu.addAction(tr("Go to the end"), this, &LogView::follow)->setEnabled(!follows_);
  menu.exec(event->globalPos());
}

}  // namespace kelter::ui
