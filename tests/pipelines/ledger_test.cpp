// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger against what lies on disk: the headers of the safetensors files are read here anew, without the
// program's own reader, and every byte is added again. And the kernels in it are those that ran.
#include <QtTest>

#include "tests/support/cli_program.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

namespace {

struct StoredBytes {
  std::uint64_t all = 0, linears = 0;
};

// The format: 8 bytes of header length, little endian, then JSON with data_offsets for each array.
StoredBytes bytes_in(const fs::path& file) {
  const std::string content = read_text_file(file);
  std::uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | static_cast<unsigned char>(content[static_cast<std::size_t>(i)]);
  const Json header = Json::parse(content.substr(8, length));
  StoredBytes bytes;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    const std::uint64_t size = entry["data_offsets"][1].get<std::uint64_t>() - entry["data_offsets"][0].get<std::uint64_t>();
    bytes.all += size;
    if (name.find("_proj.weight") != std::string::npos) bytes.linears += size;
  }
  return bytes;
}

std::uint64_t file_bytes(const fs::path& folder) {
  std::uint64_t sum = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) sum += entry.file_size();
  }
  return sum;
}

// Of the linears, from the description of the model.
std::uint64_t linear_weights(const fs::path& folder) {
  const Json model = read_json_file(folder / "kelter.json");
  std::uint64_t sum = 0;
  for (const auto& [name, tensor] : model["tensors"].items()) {
    if (name.find("_proj.weight") != std::string::npos) sum += tensor["shape"][0].get<std::uint64_t>() * tensor["shape"][1].get<std::uint64_t>();
  }
  return sum;
}

}  // namespace

class LedgerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void every_byte_of_the_ledger_lies_on_disk_data() {
    QTest::addColumn<QStringList>("steps");
    QTest::newRow("3 bit, zero points") << QStringList{"quant.rtn:bits=3,group=32"};
    QTest::newRow("5 bit, whole rows") << QStringList{"quant.rtn:bits=5,group=0"};
    QTest::newRow("6 bit, float32 scales") << QStringList{"quant.rtn:bits=6,group=32,scale_type=float32"};
    QTest::newRow("4 bit, free minimum") << QStringList{"quant.rtn:bits=4,group=32,grid=minmax"};
    QTest::newRow("8 bit symmetric, some layers") << QStringList{"quant.rtn:bits=8,group=32,symmetric=true,layers=1"};
    QTest::newRow("pruned") << QStringList{"prune.magnitude:sparsity=0.3"};
    QTest::newRow("fewer layers, 2 bit") << QStringList{"prune.depth:criterion=list,layers=0", "quant.rtn:bits=2,group=32"};
    QTest::newRow("expanded to float32") << QStringList{"format.expand:to=float32"};
  }
  void every_byte_of_the_ledger_lies_on_disk() {
    QFETCH(QStringList, steps);
    const CliSandbox sandbox;
    TinyLlama options;
    options.layers = 3;
    options.linears = GgmlType::Q4_1;
    options.embedding = GgmlType::Q8_0;
    write_tiny_llama(sandbox.work() / "tiny.gguf", options);
    QStringList arguments = {"compress", "tiny.gguf", "--out", "out", "--json"};
    for (const QString& step : steps) arguments << "--step" << step;
    const CliResult result = sandbox.run(arguments);
    QVERIFY2(result.code == 0, result.text());
    const Json listed = result.json()["nodes"];
    for (const Json& node : listed) {
      const Json& ledger = node["ledger"];
      if (node["id"] == "source") {
        QCOMPARE(ledger["disk_bytes"].get<std::uint64_t>(), std::uint64_t{fs::file_size(sandbox.work() / "tiny.gguf")});
        QCOMPARE(ledger["source_bytes"], ledger["disk_bytes"]);
        // Each layer: q, o [64, 64], k, v [32, 64], gate, up [96, 64], down [64, 96] in blocks of 20 bytes for 32 weights.
        const std::uint64_t linears = 3 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 96 * 64) / 32 * 20;
        QCOMPARE(ledger["linear_bytes"].get<std::uint64_t>(), linears);
        QCOMPARE(ledger["total_bytes"].get<std::uint64_t>(), linears + 300 * 64 / 32 * 34 + 7 * 64 * 4);
        QCOMPARE(ledger["resident_bytes"], ledger["total_bytes"]);
        continue;
      }
      const fs::path folder = sandbox.work() / "out" / node["id"].get<std::string>();
      const StoredBytes stored = bytes_in(folder / "weights.safetensors");
      QCOMPARE(ledger["total_bytes"].get<std::uint64_t>(), stored.all);
      QCOMPARE(ledger["linear_bytes"].get<std::uint64_t>(), stored.linears);
      QCOMPARE(ledger["disk_bytes"].get<std::uint64_t>(), file_bytes(folder));
      QVERIFY(ledger["disk_bytes"].get<std::uint64_t>() > stored.all);
      QCOMPARE(ledger["resident_bytes"].get<std::uint64_t>(), stored.all);
      QCOMPARE(ledger["bits_per_weight"].get<double>(), 8.0 * static_cast<double>(stored.linears) / static_cast<double>(linear_weights(folder)));
      QVERIFY(ledger["gpu_bytes"].is_null());
    }
  }

  void a_disabled_kernel_gives_way_to_another_one_in_the_ledger() {
    const CliSandbox sandbox;
    TinyLlama options;
    options.linears = GgmlType::Q4_1;
    write_tiny_llama(sandbox.work() / "tiny.gguf", options);
    const QStringList arguments = {"measure", "tiny.gguf", "--measure", "throughput:prompt=8,output=4,repeats=1", "--json"};
    const auto kernels = [&](const QString& disabled) {
      const QString cache = QString::fromStdString((sandbox.work() / "cache").string()) + "-" + disabled;
      const CliResult result = sandbox.run(arguments, {{"XDG_CACHE_HOME", cache}, {"KELTER_DISABLE_KERNELS", disabled}});
      if (result.code != 0) qWarning("%s", result.text().constData());
      return node_of(result.json(), "source")["ledger"]["kernels"];
    };
    const Json normal = kernels("none");
    QString fastest;
    for (const std::string& name : keys_of(normal)) {
      const QString kernel = QString::fromStdString(name);
      if (kernel.startsWith("q4_1-matvec-") && !kernel.endsWith("-reference")) fastest = kernel;
      QVERIFY2(normal[name]["calls"].get<int>() > 0, name.c_str());
    }
    if (fastest.isEmpty()) QSKIP("this processor runs the reference kernels only");
    const Json other = kernels(fastest);
    QVERIFY2(!other.contains(fastest.toStdString()), other.dump().c_str());
    bool replaced = false;
    for (const std::string& name : keys_of(other)) replaced = replaced || QString::fromStdString(name).startsWith("q4_1-matvec-");
    QVERIFY2(replaced, other.dump().c_str());
  }
};

QTEST_GUILESS_MAIN(LedgerTest)
#include "ledger_test.moc"
