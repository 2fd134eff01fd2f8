// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps what a person made from being lost: atomic saves with rotating backups, an autosave every minute and before
// a run, and recovery after the program was killed. One per window; window thread.
//
//   data_folder()/autosave/<id>.kelter   the document      <id>.json   {"path", "title", "process", "time"}
//   data_folder()/backups/<name>-<hash of its path>/<n>.kelter         1 is the newest of at most `backup_count`
#pragma once

#include <QDateTime>
#include <QObject>
#include <QTimer>
#include <vector>

#include "ui/models/document_model.h"

namespace kelter::ui {

class DocumentFiles : public QObject {
  Q_OBJECT
 public:
  static constexpr int backup_count = 5;

  explicit DocumentFiles(DocumentModel& model, QObject* parent = nullptr);
  ~DocumentFiles() override;  // a document that is closed needs no recovery: its autosave goes

  // Error(file_not_found | file_malformed | invalid_document | …); the open document then stays.
  void open(const QString& path);
  // A copy of a shipped document (the demo, a template) without a place of its own.
  void open_template(const QString& path);
  void create();  // an empty document
  // The old file becomes a backup. Error(disk_full | file_unreadable); the file on disk is then the old one.
  void save(const QString& path);
  // Writes the autosave if the document differs from the one written last.
  void autosave();
  // The document was closed: its autosave goes, and no other is written.
  void stop();

  // What earlier windows left without closing, newest first; those of living processes are left out.
  struct Recovery {
    QString file, path, title, folder;   // folder: what relative paths of the document start from
    QDateTime time;
  };
  static std::vector<Recovery> recoveries();
  void recover(const Recovery& recovery);
  static void discard(const Recovery& recovery);

  // Backups of a document, newest first.
  static QStringList backups(const QString& path);
  QTimer& autosave_timer() { return timer_; }

 private:
  void drop_autosave();

  DocumentModel& model_;
  QTimer timer_;
  QString id_;
  std::string written_;  // the text of the last autosave
};

}  // namespace kelter::ui
