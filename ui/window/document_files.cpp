// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/document_files.h"

#include <signal.h>
#include <unistd.h>

#include <QFileInfo>
#include <QUuid>
#include <algorithm>

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/describe/fields.h"

namespace kelter::ui {
namespace {

constexpr int autosave_milliseconds = 60'000;

fs::path autosave_folder() { return data_folder() / "autosave"; }

fs::path backup_folder(const fs::path& document) {
  const fs::path whole = fs::absolute(document).lexically_normal();
  return data_folder() / "backups" / (whole.stem().string() + "-" + xxh128_hex(whole.string()).substr(0, 8));
}

fs::path backup_path(const fs::path& folder, int number) { return folder / (std::to_string(number) + ".kelter"); }

// 1 becomes 2 and so on; the oldest goes; the file as it is now becomes 1. Nothing is done for a file that already
// is the newest backup.
void keep_backup(const fs::path& document) {
  if (!fs::is_regular_file(document)) return;
  const fs::path folder = backup_folder(document);
  const std::string text = read_text_file(document);
  if (fs::exists(backup_path(folder, 1)) && read_text_file(backup_path(folder, 1)) == text) return;
  fs::create_directories(folder);
  for (int number = DocumentFiles::backup_count; number > 1; --number) {
    const fs::path newer = backup_path(folder, number - 1);
    if (fs::exists(newer)) fs::rename(newer, backup_path(folder, number));
  }
  write_file_atomically(backup_path(folder, 1), text);
}

bool process_lives(std::int64_t process) {
  return process > 0 && (::kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM);
}

}  // namespace

DocumentFiles::DocumentFiles(DocumentModel& model, QObject* parent)
    : QObject(parent), model_(model), id_(QUuid::createUuid().toString(QUuid::Id128)) {
  timer_.setInterval(autosave_milliseconds);
  connect(&timer_, &QTimer::timeout, this, &DocumentFiles::autosave);
  timer_.start();
}

DocumentFiles::~DocumentFiles() { drop_autosave(); }

void DocumentFiles::open(const QString& path) {
  Document document = Document::load(fs::absolute(path.toStdString()));
  drop_autosave();
  model_.replace(std::move(document), QFileInfo(path).absoluteFilePath());
}

void DocumentFiles::open_template(const QString& path) {
  Document document = Document::load(path.toStdString());
  drop_autosave();
  model_.replace(std::move(document), {});
}

void DocumentFiles::create() {
  drop_autosave();
  model_.replace(Document{}, {});
}

void DocumentFiles::save(const QString& path) {
  const fs::path target = fs::absolute(path.toStdString());
  keep_backup(target);
  model_.document().save(target);
  drop_autosave();
  model_.set_saved(QString::fromStdString(target.string()));
}

void DocumentFiles::autosave() {
  if (!model_.modified()) return drop_autosave();
  const std::string text = to_pretty(model_.document().to_json());
  if (text == written_) return;
  const fs::path folder = autosave_folder();
  fs::create_directories(folder);
  const Json info = {{"path", model_.path().toStdString()},
                     {"title", model_.title().toStdString()},
                     {"folder", model_.document().folder.string()},
                     {"process", static_cast<std::int64_t>(::getpid())},
                     {"time", QDateTime::currentSecsSinceEpoch()}};
  // The note last: a document without one is not offered.
  write_file_atomically(folder / (id_.toStdString() + ".kelter"), text);
  write_file_atomically(folder / (id_.toStdString() + ".json"), to_pretty(info));
  written_ = text;
}

void DocumentFiles::stop() {
  timer_.stop();
  drop_autosave();
}

void DocumentFiles::drop_autosave() {
  std::error_code ignored;
  for (const char* suffix : {".json", ".kelter"}) fs::remove(autosave_folder() / (id_.toStdString() + suffix), ignored);
  written_.clear();
}

std::vector<DocumentFiles::Recovery> DocumentFiles::recoveries() {
  std::vector<Recovery> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(autosave_folder(), ignored)) {
    if (entry.path().extension() != ".json") continue;
    const fs::path document = fs::path(entry.path()).replace_extension(".kelter");
    try {
      const Json info = read_json_file(entry.path());
      Fields fields(info, entry.path().string());
      if (process_lives(fields.integer("process")) || !fs::exists(document)) continue;
      found.push_back({QString::fromStdString(document.string()), QString::fromStdString(fields.text("path")),
                       QString::fromStdString(fields.text("title")), QString::fromStdString(fields.text_or("folder", "")),
                       QDateTime::fromSecsSinceEpoch(fields.integer("time"))});
    } catch (const Error&) {
      continue;  // a note that cannot be read names nothing to recover
    }
  }
  std::sort(found.begin(), found.end(), [](const Recovery& a, const Recovery& b) { return a.time > b.time; });
  return found;
}

void DocumentFiles::recover(const Recovery& recovery) {
  Document document = Document::load(recovery.file.toStdString());
  document.folder = recovery.folder.toStdString();
  model_.replace(std::move(document), recovery.path);
  model_.set_unsaved();
  autosave();
  discard(recovery);
}

void DocumentFiles::discard(const Recovery& recovery) {
  const fs::path document = recovery.file.toStdString();
  std::error_code ignored;
  fs::remove(fs::path(document).replace_extension(".json"), ignored);
  fs::remove(document, ignored);
}

QStringList DocumentFiles::backups(const QString& path) {
  QStringList files;
  const fs::path folder = backup_folder(path.toStdString());
  for (int number = 1; number <= backup_count; ++number) {
    if (fs::exists(backup_path(folder, number))) files.append(QString::fromStdString(backup_path(folder, number).string()));
  }
  return files;
}

}  // namespace kelter::ui
