// SPDX-License-Identifier: GPL-3.0-or-later
// One model's answer in Try it: which model, its text as it is written, and how fast. Window thread.
#pragma once

#include <QFrame>
#include <QString>
#include <string>

#include "core/describe/engine.h"

class QLabel;
class QPlainTextEdit;

namespace kelter::ui {

class ElidedLabel;

// A model node of the record whose model lies in the run folder.
struct ChatBranch {
  std::string node;        // of the graph
  QString title;           // of its step
  std::string family;
  QString model;           // "RUNDIR#NODE"
  double bytes = 0, bits = 0;   // 0: not known
  bool stale = false;
  bool operator==(const ChatBranch&) const = default;
};

class ChatColumn : public QFrame {
  Q_OBJECT
 public:
  enum class State { empty, waiting, reading, writing, done, stopped, failed };

  explicit ChatColumn(const ChatBranch& branch, QWidget* parent = nullptr);

  const ChatBranch& branch() const { return branch_; }
  void set_branch(const ChatBranch& branch);   // of the same node
  State state() const { return state_; }
  QString text() const;    // what the model wrote, without the prompt that stands before it
  QString footer() const;  // speed, then the comparison

  void wait(const QString& for_what, const QString& prompt);
  void begin();
  void add(const TokenWritten& token);
  void finish(const GenerationFinished& end);
  void stop();
  void fail(const ErrorInfo& error);
  // How the text compares with that of the first column, once both are done.
  void set_comparison(const QString& comparison);

 private:
  void set_state(State state, const QString& words);
  void show_rate(std::int64_t tokens, double seconds);
  void refresh_header();
  void show_prompt();

  ChatBranch branch_;
  State state_ = State::empty;
  QString prompt_, rate_, first_token_, end_, comparison_;
  std::int64_t tokens_ = 0;
  QLabel *dot_, *name_;
  ElidedLabel *status_, *details_, *difference_, *speed_;
  QPlainTextEdit* text_;
};

}  // namespace kelter::ui
