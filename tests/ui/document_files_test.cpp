// SPDX-License-Identifier: GPL-3.0-or-later
// Saving, backups, autosave and recovery after a kill, with real files and a real killed process.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/describe/plugin_folders.h"
#include "ui/window/document_files.h"

using namespace kelter;
using namespace kelter::ui;

namespace {

const fs::path demo = fs::path(KELTER_SOURCE_DIR) / "resources/demo/demo.kelter";

std::string text_of(const Document& document) { return to_pretty(document.to_json()); }

}  // namespace

class DocumentFilesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", folder_->filePath("data").toUtf8());
  }

  void what_is_opened_and_saved_again_has_the_same_bytes() {
    DocumentModel model(catalogue_);
    DocumentFiles files(model);
    files.open(copy_of_demo());
    QVERIFY(!model.modified());
    const QString other = folder_->filePath("other.kelter");
    files.save(other);
    QCOMPARE(read_text_file(other.toStdString()), read_text_file(demo));
    QCOMPARE(model.path(), other);
  }

  void a_document_that_cannot_be_read_leaves_the_open_one() {
    DocumentModel model(catalogue_);
    DocumentFiles files(model);
    files.open(copy_of_demo());
    const std::string before = text_of(model.document());
    const QString broken = folder_->filePath("broken.kelter");
    write_file_atomically(fs::path(broken.toStdString()), std::string_view("{\"kelter\": 1, \"nodes\": ["));
    QVERIFY_EXCEPTION_THROWN(files.open(broken), Error);
    QCOMPARE(text_of(model.document()), before);
  }

  void a_document_that_cannot_be_saved_stays_as_it_was_on_disk() {
    DocumentModel model(catalogue_);
    DocumentFiles files(model);
    files.open(copy_of_demo());
    rename(model, "changed");
    QVERIFY_EXCEPTION_THROWN(files.save(folder_->filePath("no/such/folder/x.kelter")), Error);
    QVERIFY(model.modified());
  }

  void every_save_keeps_the_file_before_it_and_the_oldest_backup_goes() {
    DocumentModel model(catalogue_);
    DocumentFiles files(model);
    const QString path = copy_of_demo();
    files.open(path);
    QVERIFY(DocumentFiles::backups(path).isEmpty());
    for (int i = 0; i < DocumentFiles::backup_count + 3; ++i) {
      rename(model, "title " + std::to_string(i));
      files.save(path);
    }
    const QStringList backups = DocumentFiles::backups(path);
    QCOMPARE(backups.size(), DocumentFiles::backup_count);
    const int last = DocumentFiles::backup_count + 2;
    for (int i = 0; i < backups.size(); ++i) {
      QCOMPARE(Document::load(backups[i].toStdString()).title, "title " + std::to_string(last - 1 - i));
    }
  }

  void saving_what_did_not_change_uses_up_no_backup() {
    DocumentModel model(catalogue_);
    DocumentFiles files(model);
    const QString path = copy_of_demo();
    files.open(path);
    for (int i = 0; i < 3; ++i) files.save(path);
    QCOMPARE(DocumentFiles::backups(path).size(), 1);
  }

  void the_autosave_comes_every_minute_and_only_for_changes() {
    DocumentModel model(catalogue_);
    DocumentFiles files(model);
    QCOMPARE(files.autosave_timer().interval(), 60'000);
    QVERIFY(files.autosave_timer().isActive());
    files.open(copy_of_demo());
    files.autosave();
    QCOMPARE(autosaved(), 0);
    rename(model, "edited");
    files.autosave();
    QCOMPARE(autosaved(), 1);
    files.save(model.path());
    QCOMPARE(autosaved(), 0);
  }

  void closing_a_document_leaves_nothing_to_recover() {
    {
      DocumentModel model(catalogue_);
      DocumentFiles files(model);
      files.open(copy_of_demo());
      rename(model, "edited");
      files.autosave();
      QCOMPARE(autosaved(), 1);
      QVERIFY(DocumentFiles::recoveries().empty());   // this process lives
    }
    QCOMPARE(autosaved(), 0);
  }

  void work_of_a_killed_process_can_be_recovered() {
    const QString path = copy_of_demo();
    const pid_t child = ::fork();
    if (child == 0) {
      DocumentModel model(catalogue_);
      DocumentFiles files(model);
      files.open(path);
      rename(model, "work of an hour");
      files.autosave();
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

    const auto found = DocumentFiles::recoveries();
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found.front().path, path);
    QCOMPARE(found.front().title, QString("work of an hour"));
    DocumentModel model(catalogue_);
    DocumentFiles files(model);
    files.recover(found.front());
    QCOMPARE(model.document().title, std::string("work of an hour"));
    QVERIFY(model.modified());
    QCOMPARE(model.path(), path);
    QVERIFY(DocumentFiles::recoveries().empty());
    QCOMPARE(autosaved(), 1);   // what was recovered is kept for the next kill
    files.save(path);
    QCOMPARE(Document::load(path.toStdString()).title, std::string("work of an hour"));
  }

  void what_is_discarded_is_not_offered_again() {
    const pid_t child = ::fork();
    if (child == 0) {
      DocumentModel model(catalogue_);
      DocumentFiles files(model);
      rename(model, "unsaved");
      files.autosave();
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const auto found = DocumentFiles::recoveries();
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY(found.front().path.isEmpty());
    DocumentFiles::discard(found.front());
    QVERIFY(DocumentFiles::recoveries().empty());
    QCOMPARE(autosaved(), 0);
  }

  void an_unreadable_note_is_left_alone() {
    const fs::path place = data_folder() / "autosave";
    fs::create_directories(place);
    write_file_atomically(place / "x.json", std::string_view("not json"));
    QVERIFY(DocumentFiles::recoveries().empty());
    QVERIFY(fs::exists(place / "x.json"));
  }

 private:
  QString copy_of_demo() {
    const QString path = folder_->filePath("demo.kelter");
    write_file_atomically(fs::path(path.toStdString()), read_text_file(demo));
    return path;
  }
  static void rename(DocumentModel& model, const std::string& title) {
    model.push(set_title(model.document(), title), "Rename");
    model.end_gesture();
  }
  static int autosaved() {
    int count = 0;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(data_folder() / "autosave", none)) count += entry.path().extension() == ".kelter";
    return count;
  }

  const StepCatalogue catalogue_ = load_catalogue();
  std::unique_ptr<QTemporaryDir> folder_;
};

QTEST_MAIN(DocumentFilesTest)
#include "document_files_test.moc"
