// SPDX-License-Identifier: GPL-3.0-or-later
// Every file of the corpus is refused with the error that its README tells; the README tells of every file.
#include <QTemporaryDir>
#include <QtTest>

#include "core/describe/document.h"
#include "core/describe/graph.h"
#include "core/model/hugging_face.h"
#include "core/model/hugging_face_quantization.h"
#include "core/model/model_state.h"
#include "core/tensor/mapped_file.h"
#include "tests/fuzz/containers.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

class CorpusTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void every_file_is_refused_as_its_readme_says_data() {
    QTest::addColumn<QString>("error");
    // | `file` | what is wrong | `text of the error` |
    static const QRegularExpression row("^\\| `([^`]+)` \\|.*\\| `([^|]+)` \\|$", QRegularExpression::MultilineOption);
    const QString readme = QString::fromStdString(read_text_file(corpus() / "README.md"));
    for (auto rows = row.globalMatch(readme); rows.hasNext();) {
      const QRegularExpressionMatch match = rows.next();
      QTest::newRow(qPrintable(match.captured(1))) << match.captured(2);
    }
  }
  void every_file_is_refused_as_its_readme_says() {
    QFETCH(QString, error);
    const std::string name = QTest::currentDataTag();
    const auto found = thrown([&] { read(corpus() / name); });
    QVERIFY2(found.has_value(), "it was accepted");
    QVERIFY2(mentions(found, error.toStdString()), found->text().c_str());
    QVERIFY2(!found->where.empty() && found->code != ErrorCode::internal, found->text().c_str());
  }

  void the_readme_tells_of_every_file() {
    const std::string readme = read_text_file(corpus() / "README.md");
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(corpus())) {
      const std::string name = entry.path().filename().string();
      if (name == "README.md") continue;
      QVERIFY2(readme.find("| `" + name + "` |") != std::string::npos, name.c_str());
      QVERIFY2(entry.file_size() < 2000, name.c_str());
      ++files;
    }
    QVERIFY(files > 60);
  }

 private:
  static fs::path corpus() { return fs::path(KELTER_SOURCE_DIR) / "tests/fuzz/corpus"; }

  // The reader that the end of the name tells.
  static void read(const fs::path& path) {
    const std::string name = path.filename().string();
    const QTemporaryDir temporary;
    const fs::path folder = temporary.path().toStdString();
    const auto copy_as = [&](const char* as) { fs::copy_file(path, folder / as); };
    if (name.ends_with(".gguf")) {
      read_gguf(map_file(path), path);
    } else if (name.ends_with(".safetensors")) {
      read_safetensors(map_file(path), path);
    } else if (name.ends_with(".tokenizer.json")) {
      copy_as("tokenizer.json");
      const Tokenizer tokenizer(TokenizerData::from_hugging_face(folder));
    } else if (name.ends_with(".config.json")) {
      const Json json = read_json_file(path);
      hugging_face_config(json, path.string());
      quantized_storage(json, path.parent_path());
    } else if (name.ends_with(".kelter.json")) {
      copy_as("kelter.json");
      write_safetensors(folder / "weights.safetensors", {}, {});
      open_kelter_folder(folder);
    } else if (name.ends_with(".kelter")) {
      build_graph(Document::load(path), StepCatalogue::builtin());
    } else {
      throw std::logic_error("nothing reads " + name);
    }
  }
};

QTEST_GUILESS_MAIN(CorpusTest)
#include "corpus_test.moc"
