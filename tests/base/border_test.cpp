// SPDX-License-Identifier: GPL-3.0-or-later
// The borders between the rooms (docs/architecture.md), read from the link lists of core/CMakeLists.txt and from
// every #include line. There is no list of exceptions.
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

using Names = std::set<std::string>;

// Direct use; what a room may use, its users may include too.
const std::map<std::string, Names>& allowed() {
  static const std::map<std::string, Names> rules = {
      {"base", {}},
      {"hub", {"base"}},
      {"tensor", {"base"}},
      {"kernels", {"base"}},
      {"describe", {"base"}},
      {"formats", {"tensor", "kernels"}},
      {"model", {"formats"}},
      {"data", {"model"}},
      {"compress", {"model", "data"}},
      {"measure", {"model", "data"}},
      {"run", {"describe", "compress", "measure", "hub"}},
      {"report", {"describe"}},
      {"cli", {"run", "report"}},
  };
  return rules;
}
const Names torch_free = {"base", "hub", "tensor", "kernels", "describe", "report"};

// `room` and everything behind it. A room without a rule may use nothing.
Names reach(const std::string& room) {
  Names out = {room};
  const auto rule = allowed().find(room);
  if (rule == allowed().end()) return out;
  for (const std::string& used : rule->second) out.merge(reach(used));
  return out;
}

Names reach_of_all(const Names& rooms) {
  Names out;
  for (const std::string& room : rooms) out.merge(reach(room));
  return out;
}

Names all_rooms() {
  Names out;
  for (const auto& [room, used] : allowed()) out.insert(room);
  return out;
}

// Where a file stands: {"core", "tensor"}, {"plugins", "pruning"}, {"app", "kelter-cli"}.
struct Place {
  std::string top;
  std::string room;
};

Place place_of(const std::string& path) {
  std::istringstream parts(path);
  Place place;
  std::getline(parts, place.top, '/');
  std::getline(parts, place.room, '/');
  return place;
}

// Rooms of core that a file may include; and the other top folders.
Names reachable_rooms(const Place& place) {
  if (place.top == "core") return reach(place.room);
  if (place.top == "ui") return reach_of_all({"describe", "report"});
  return all_rooms();
}

bool may_include(const Place& from, const Place& to) {
  if (to.top == "core") return reachable_rooms(from).contains(to.room);
  if (from.top == "core") return false;
  if (from.top == "plugins") return to.top == "plugins" && to.room == from.room;
  if (from.top == "ui") return to.top == "ui";
  return to.top == "ui" || (to.top == "app" && to.room == from.room);
}

bool is_qt(const std::string& header) {
  static const std::regex pattern("(Qt[A-Za-z0-9]*/.*|Q[A-Z][A-Za-z0-9]*|q[a-z0-9]+\\.h)");
  return header != "quadmath.h" && std::regex_match(header, pattern);
}

bool is_torch(const std::string& header) {
  static const std::regex pattern("(torch|ATen|c10|caffe2)(/.*|\\.h)");
  return std::regex_match(header, pattern);
}

// Complaints about one include line's header, in a file at `path` (relative to the source folder).
std::vector<std::string> complaints_about(const std::string& path, const std::string& header, bool quoted) {
  const Place from = place_of(path), to = place_of(header);
  const bool ours = to.top == "core" || to.top == "plugins" || to.top == "ui" || to.top == "app" || to.top == "tests";
  const bool core_room = from.top == "core";
  std::vector<std::string> out;
  const auto complain = [&](const std::string& why) { out.push_back(path + " includes " + header + ": " + why); };
  if (ours && !may_include(from, to)) complain("the border forbids it");
  if (quoted && !ours) complain("a file of the project is named from the source folder");
  if ((core_room || from.top == "plugins") && is_qt(header)) complain("Qt belongs to the window");
  if (core_room && torch_free.contains(from.room) && is_torch(header)) complain("this room knows no torch");
  return out;
}

std::vector<std::string> complaints_about_file(const std::string& path, const std::string& text) {
  static const std::regex pattern("^[ \t]*#[ \t]*include[ \t]*([<\"])([^>\"]+)[>\"]");
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, pattern)) continue;
    for (std::string& complaint : complaints_about(path, match[2], match[1] == "\""))
      out.push_back(std::move(complaint));
  }
  return out;
}

// The calls kelter_room(NAME ... USES room... ...) of a CMake file: name to its words.
std::map<std::string, std::vector<std::string>> room_calls(const std::string& cmake) {
  static const std::regex pattern("^kelter_room\\(([a-z]+)([^)]*)\\)", std::regex::multiline);
  std::map<std::string, std::vector<std::string>> out;
  for (std::sregex_iterator it(cmake.begin(), cmake.end(), pattern), end; it != end; ++it) {
    std::istringstream words((*it)[2]);
    std::vector<std::string>& list = out[(*it)[1]];
    for (std::string word; words >> word;) list.push_back(word);
  }
  return out;
}

std::vector<std::string> complaints_about_links(const std::string& cmake) {
  std::vector<std::string> out;
  for (const auto& [room, words] : room_calls(cmake)) {
    if (!allowed().contains(room)) {
      out.push_back("the room " + room + " has no rule");
      continue;
    }
    bool uses = false;
    for (const std::string& word : words) {
      if (word == "TORCH" && torch_free.contains(room)) out.push_back("the room " + room + " links torch");
      if (word == "USES" || word == "LIBRARIES") {
        uses = word == "USES";
      } else if (uses && (word == room || !reach(room).contains(word))) {
        out.push_back("the room " + room + " links the room " + word);
      }
    }
  }
  return out;
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const fs::path source = KELTER_SOURCE_DIR;

std::vector<fs::path> sources_below(const fs::path& folder, const Names& extensions) {
  std::vector<fs::path> out;
  if (!fs::exists(folder)) return out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && extensions.contains(entry.path().extension())) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

}  // namespace

class BorderTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void no_room_links_what_it_may_not_use() {
    const std::string cmake = read(source / "core/CMakeLists.txt");
    const std::vector<std::string> complaints = complaints_about_links(cmake);
    QVERIFY2(complaints.empty(), joined(complaints).c_str());
    Names declared;
    for (const auto& [room, words] : room_calls(cmake)) declared.insert(room);
    QVERIFY2(declared == all_rooms(), "core/CMakeLists.txt and the rules name different rooms");
  }

  void the_window_links_neither_the_engine_nor_torch() {
    const std::string cmake = read(source / "ui/CMakeLists.txt");
    const std::regex call("target_link_libraries\\(kelter_ui ([^)]*)\\)");
    std::smatch match;
    QVERIFY(std::regex_search(cmake, match, call));
    for (const char* forbidden : {"engine", "torch"}) QVERIFY2(match[1].str().find(forbidden) == std::string::npos, forbidden);
    QVERIFY2(read(source / "app/CMakeLists.txt").find("target_link_libraries(kelter-window PRIVATE kelter_ui)") != std::string::npos,
             "the window's program links more than the window");
  }

  void every_source_file_begins_with_its_licence() {
    const Names extensions = {".h", ".cpp", ".cu", ".py", ".cmake", ".md", ".txt"};
    std::vector<std::string> without;
    for (const char* top : {"core", "ui", "app", "plugins", "tests", "scripts", "docs"}) {
      for (const fs::path& path : sources_below(source / top, extensions)) {
        const std::string text = read(path);
        const bool data = path.extension() == ".txt" && path.filename() != "CMakeLists.txt";
        if (!data && text.substr(0, 200).find("SPDX-License-Identifier: GPL-3.0-or-later") == std::string::npos)
          without.push_back(path.lexically_relative(source));
      }
    }
    QVERIFY2(without.empty(), joined(without).c_str());
  }

  void every_folder_of_core_is_a_room() {
    for (const auto& entry : fs::directory_iterator(source / "core")) {
      const std::string name = entry.path().filename();
      if (entry.is_directory()) QVERIFY2(allowed().contains(name), ("the room " + name + " has no rule").c_str());
    }
  }

  void no_file_includes_across_a_border() {
    const Names extensions = {".h", ".hpp", ".inc", ".cpp", ".cu", ".cuh"};
    std::vector<std::string> complaints;
    std::size_t files = 0;
    for (const char* top : {"core", "plugins", "app", "ui"}) {
      for (const fs::path& path : sources_below(source / top, extensions)) {
        const std::string relative = path.lexically_relative(source);
        for (std::string& complaint : complaints_about_file(relative, read(path)))
          complaints.push_back(std::move(complaint));
        ++files;
      }
    }
    QVERIFY2(files > 20, "the sources were not found");
    QVERIFY2(complaints.empty(), joined(complaints).c_str());
  }

  void forbidden_includes_are_seen_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("forbidden");
    const auto row = [](const char* path, const char* line, bool forbidden) {
      QTest::addRow("%s: %s", path, line) << QString(path) << QString(line) << forbidden;
    };
    row("core/base/a.cpp", "#include \"core/tensor/gguf.h\"", true);
    row("core/tensor/a.cpp", "#include \"core/base/error.h\"", false);
    row("core/tensor/a.cpp", "#include \"core/kernels/ggml_blocks.h\"", true);
    row("core/tensor/a.cpp", "# include <core/kernels/ggml_blocks.h>", true);
    row("core/measure/a.cpp", "#include \"core/tensor/gguf.h\"", false);   // through formats
    row("core/measure/a.cpp", "#include \"core/compress/x.h\"", true);
    row("core/report/a.h", "#include \"core/run/x.h\"", true);
    row("core/run/a.h", "#include \"core/report/x.h\"", true);
    row("core/run/a.h", "#include \"core/cli/x.h\"", true);
    row("core/hub/a.h", "#include \"core/describe/x.h\"", true);
    row("ui/canvas/a.cpp", "#include \"core/hub/download.h\"", true);
    row("core/cli/a.cpp", "#include \"core/report/table.h\"", false);
    row("core/cli/a.cpp", "#include \"core/model/model_state.h\"", false);   // through run
    row("core/cli/a.cpp", "#include \"app/kelter-cli/x.h\"", true);
    row("core/run/a.h", "#include \"plugins/pruning/x.h\"", true);
    row("core/run/a.h", "#include \"tests/support/x.h\"", true);
    row("core/novel/a.h", "#include \"core/base/error.h\"", true);   // a room without a rule
    row("core/base/a.h", "#include \"error.h\"", true);
    row("core/base/a.h", "#include \"../tensor/gguf.h\"", true);
    row("core/model/a.cpp", "#include <QString>", true);
    row("plugins/pruning/a.cpp", "#include <QtCore/QString>", true);
    row("core/model/a.cpp", "#include <qstring.h>", true);
    row("ui/canvas/a.cpp", "#include <QString>", false);
    row("ui/canvas/a.cpp", "#include \"core/report/table.h\"", false);
    row("ui/canvas/a.cpp", "#include \"core/run/runner.h\"", true);
    row("core/kernels/a.cu", "#include <ATen/ATen.h>", true);
    row("core/report/a.cpp", "  #include <torch/torch.h>", true);
    row("core/tensor/a.cpp", "#include <c10/util/Half.h>", true);
    row("core/model/a.cpp", "#include <ATen/ATen.h>", false);
    row("plugins/pruning/a.cpp", "#include \"core/compress/x.h\"", false);
    row("plugins/pruning/a.cpp", "#include \"plugins/pruning/x.h\"", false);
    row("plugins/pruning/a.cpp", "#include \"plugins/quantization/x.h\"", true);
    row("app/kelter-cli/main.cpp", "#include \"core/run/runner.h\"", false);
    row("app/kelter-cli/main.cpp", "#include \"plugins/pruning/x.h\"", true);
    row("core/base/a.cpp", "// #include \"core/tensor/gguf.h\"", false);
    row("core/base/a.cpp", "#include <vector>", false);
  }
  void forbidden_includes_are_seen() {
    QFETCH(QString, path);
    QFETCH(QString, line);
    QFETCH(bool, forbidden);
    const auto complaints = complaints_about_file(path.toStdString(), "#pragma once\n" + line.toStdString() + "\n");
    QVERIFY2(complaints.empty() != forbidden, joined(complaints).c_str());
  }

  void forbidden_links_are_seen() {
    QCOMPARE(complaints_about_links("kelter_room(tensor USES base)\n"), std::vector<std::string>());
    QCOMPARE(complaints_about_links("kelter_room(run TORCH USES describe tensor LIBRARIES x)\n").size(),
             std::size_t{0});
    QCOMPARE(complaints_about_links("kelter_room(tensor USES base kernels)\n").size(), std::size_t{1});
    QCOMPARE(complaints_about_links("kelter_room(base LIBRARIES x\n  USES tensor)\n").size(), std::size_t{1});
    QCOMPARE(complaints_about_links("kelter_room(report TORCH USES describe)\n").size(), std::size_t{1});
    QCOMPARE(complaints_about_links("kelter_room(novel USES base)\n").size(), std::size_t{1});
  }

  // What the window includes must compile where there is neither torch nor Qt.
  void headers_of_the_torch_free_library_compile_alone() {
    std::string all;
    for (const char* room : {"base", "describe", "hub", "report"}) {
      for (const fs::path& path : sources_below(source / "core" / room, {".h"})) {
        all += "#include \"" + path.lexically_relative(source).string() + "\"\n";
      }
    }
    QVERIFY(all.find("core/base/error.h") != std::string::npos);
    const auto [accepted, messages] = compiles(all);
    QVERIFY2(accepted, messages.constData());
    QVERIFY(!compiles(all + "#include <ATen/ATen.h>\n").first);
  }

 private:
  static std::pair<bool, QByteArray> compiles(const std::string& text) {
    QProcess compiler;
    compiler.start("g++", {"-std=c++20", "-fsyntax-only", "-I", KELTER_SOURCE_DIR, "-x", "c++", "-"});
    compiler.write(text.c_str());
    compiler.closeWriteChannel();
    if (!compiler.waitForFinished(300000)) return {false, "g++ cannot be run"};
    return {compiler.exitStatus() == QProcess::NormalExit && compiler.exitCode() == 0, compiler.readAllStandardError()};
  }
};

QTEST_GUILESS_MAIN(BorderTest)
#include "border_test.moc"
