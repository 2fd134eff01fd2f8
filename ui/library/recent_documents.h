// SPDX-License-Identifier: GPL-3.0-or-later
// The documents opened last, newest first, kept in the settings of the program. One for all windows. Window thread.
#pragma once

#include <QDateTime>
#include <QObject>
#include <QSettings>
#include <QString>
#include <vector>

namespace kelter::ui {

struct RecentDocument {
  QString path, title;
  QString last_run;         // "5 of 8 steps, cancelled"; empty: never run
  bool unfinished = false;  // its last run can go on
  QDateTime time;           // of opening, saving or running
  bool operator==(const RecentDocument&) const = default;
};

class RecentDocuments : public QObject {
  Q_OBJECT
 public:
  static constexpr int most = 12;

  // The list of the program.
  static RecentDocuments& shared();
  // A list in a settings file of its own (tests).
  explicit RecentDocuments(const QString& settings_file, QObject* parent = nullptr);

  const std::vector<RecentDocument>& documents() const { return documents_; }
  // To the front; what is known about its last run stays.
  void add(const QString& path, const QString& title);
  // What a run of the document came to.
  void set_last_run(const QString& path, const QString& text, bool unfinished);
  void remove(const QString& path);
  void clear();

 Q_SIGNALS:
  void changed();

 private:
  RecentDocuments();
  void load();
  void save();
  std::vector<RecentDocument>::iterator find(const QString& path);

  QSettings settings_;
  std::vector<RecentDocument> documents_;
};

// "today 22:41", "yesterday 09:05", else the date.
QString when_text(const QDateTime& time, const QDateTime& now = QDateTime::currentDateTime());

}  // namespace kelter::ui
