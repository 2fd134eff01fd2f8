// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the engine about one model at a time: its list of tensors, and the statistics of one of them. A new question
// takes the place of the one under way; an answer to an old one is dropped. Answers are kept until another model is
// opened or the file has another list. The workbench outlives it. Window thread; the engine's threads do the work.
#pragma once

#include <QObject>
#include <QTimer>
#include <map>

#include "ui/models/workbench.h"

namespace kelter::ui {

class TensorReader : public QObject {
  Q_OBJECT
 public:
  explicit TensorReader(Workbench& bench, QObject* parent = nullptr);

  // Answered by listed(), or unreadable(). The same model again is read again: the file may have changed.
  void open(const std::string& model, const std::string& folder);
  // The model that measure() is about, without asking for its list; answers known of it stay.
  void look_into(const std::string& model, const std::string& folder);
  void close();
  // Answered by measured() or not_measured(), at once if it is known. Empty: none is wanted any more. Names passed over
  // in a hurry are not read.
  void measure(const QString& tensor);
  bool opening() const { return !open_id_.empty(); }

 Q_SIGNALS:
  void listed(const kelter::Json& model);   // only if it differs from what was there
  void unreadable(const kelter::ErrorInfo& error);
  void measured(const QString& tensor, const kelter::Json& statistics);
  void not_measured(const QString& tensor, const kelter::ErrorInfo& error);

 private:
  void handle(const EngineEvent& event);
  void take_list(const Json& model);
  void failed(const RequestFailed& event);
  void ask();
  void stop();

  Workbench& bench_;
  std::string model_, folder_, open_id_, measure_id_;
  QString wanted_;
  Json list_;
  std::map<QString, Json> known_;
  QTimer pause_;
};

}  // namespace kelter::ui
