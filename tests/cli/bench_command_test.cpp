// SPDX-License-Identifier: GPL-3.0-or-later
// kelter-cli bench: what its figures are made of, never how large they are.
#include <QtTest>

#include "tests/support/cli_program.h"
#include "tests/support/tiny_llama.h"

using namespace kelter;
using namespace kelter::test;

class BenchCommandTest : public QObject {
  Q_OBJECT

 private:
  CliSandbox sandbox_;

  // Value and samples agree, and all are times or rates.
  static bool is_figure(const Json& figure, std::size_t rounds) {
    if (figure.at("samples").size() != rounds || figure.at("value").get<double>() <= 0 || figure.at("spread").get<double>() < 0) return false;
    std::vector<double> samples = figure.at("samples").get<std::vector<double>>();
    const auto [least, most] = std::minmax_element(samples.begin(), samples.end());
    return *least > 0 && figure.at("value") >= *least && figure.at("value") <= *most;
  }

 private Q_SLOTS:
  void initTestCase() { write_tiny_llama(sandbox_.work() / "tiny.gguf", {}); }

  void kernels_are_measured_beside_libtorch_and_the_bandwidth() {
    const CliResult result = sandbox_.run({"bench", "kernels", "--formats", "bfloat16,q4_1,int4-g64,nf4,mxfp4,bitmap-50,2:4", "--shape", "64x128", "--tokens", "1,6",
                                           "--rounds", "3", "--threads", "1", "--json"});
    QVERIFY2(result.code == 0, result.text());
    const Json json = result.json();
    QVERIFY(json.at("bandwidth_bytes_per_second").get<double>() > 1e8);
    QCOMPARE(json.at("lines").size(), std::size_t{14});
    for (const Json& line : json.at("lines")) {
      for (const char* name : {"seconds", "decoded_first_seconds", "libtorch_bfloat16_seconds"}) QVERIFY2(is_figure(line.at(name), 3), line.dump().c_str());
      const double own = line.at("seconds").at("value"), dense = line.at("libtorch_bfloat16_seconds").at("value");
      QVERIFY(std::abs(line.at("faster_than_libtorch_bfloat16").get<double>() - dense / own) < 1e-9);
      const double share = line.at("bytes").get<double>() / own / json.at("bandwidth_bytes_per_second").get<double>();
      QVERIFY(std::abs(line.at("share_of_bandwidth").get<double>() / share - 1) < 1e-9);
      const std::string kernel = line.at("kernel");
      if (line.at("tokens") == 1 && line.at("format") != "bfloat16") QVERIFY2(kernel.find("-matvec-") != std::string::npos, kernel.c_str());
    }
    const Json& bitmap = json.at("lines").at(10);
    QCOMPARE(bitmap.at("format"), Json("bitmap-50"));
    QCOMPARE(bitmap.at("bytes"), Json(64 * 128 / 8 + 64 * 128 / 2 * 2 + 65 * 4));
  }

  void an_unknown_format_names_those_there_are() {
    const CliResult result = sandbox_.run({"bench", "kernels", "--formats", "int9", "--shape", "64x128"});
    QVERIFY2(result.code == 1 && result.err.contains("int9") && result.err.contains("mxfp4"), result.text());
    const CliResult odd = sandbox_.run({"bench", "kernels", "--formats", "nf4", "--shape", "8x80"});
    QVERIFY2(odd.code == 1 && odd.err.contains("no multiple of 64"), odd.text());
  }

  void models_decode_beside_plain_libtorch() {
    const CliResult result = sandbox_.run({"bench", "decode", "tiny.gguf", "tiny.gguf", "--prompt", "8", "--output", "4", "--rounds", "2", "--threads", "1", "--json"});
    QVERIFY2(result.code == 0, result.text());
    const Json json = result.json();
    QCOMPARE(json.at("lines").size(), std::size_t{2});
    for (const Json& line : json.at("lines")) {
      for (const char* name : {"decode_tokens_per_second", "prefill_tokens_per_second", "libtorch_decode_tokens_per_second"})
        QVERIFY2(is_figure(line.at(name), 2), line.dump().c_str());
      QVERIFY(line.at("bytes_per_token").get<double>() > 0 && line.at("share_of_bandwidth").get<double>() > 0);
    }
    const CliResult table = sandbox_.run({"bench", "decode", "tiny.gguf", "--prompt", "8", "--output", "4", "--rounds", "1"});
    QVERIFY2(table.code == 0 && table.out.contains("libtorch tok/s") && table.out.contains("tiny.gguf"), table.text());
  }

  void methods_and_likelihoods_are_measured_beside_eager_operations() {
    const CliResult result = sandbox_.run({"bench", "compress", "--jobs", "wanda-50,nll,head-nll", "--shape", "24x384", "--rounds", "2", "--threads", "1", "--json"});
    QVERIFY2(result.code == 0, result.text());
    const Json json = result.json();
    QCOMPARE(json.at("lines").size(), std::size_t{3});
    for (const Json& line : json.at("lines")) {
      for (const char* name : {"seconds", "eager_seconds"}) QVERIFY2(is_figure(line.at(name), 2), line.dump().c_str());
      QCOMPARE(line.at("same"), Json(1.0));
      const double own = line.at("seconds").at("value"), eager = line.at("eager_seconds").at("value");
      QVERIFY(std::abs(line.at("faster_than_eager").get<double>() - eager / own) < 1e-9);
      QCOMPARE(line.contains("share_of_bandwidth"), line.at("job") == "nll");
    }
    const CliResult table = sandbox_.run({"bench", "compress", "--jobs", "nll", "--shape", "3x101", "--rounds", "1"});   // no groups to divide
    QVERIFY2(table.code == 0 && table.out.contains("bandwidth") && table.out.contains("3x101"), table.text());
    const CliResult unknown = sandbox_.run({"bench", "compress", "--jobs", "nll,magic", "--shape", "8x128"});
    QVERIFY2(unknown.code == 1 && unknown.err.contains("magic") && unknown.err.contains("head-nll"), unknown.text());
    const CliResult odd = sandbox_.run({"bench", "compress", "--jobs", "nll,2:4", "--shape", "8x100"});
    QVERIFY2(odd.code == 1 && odd.err.contains("groups of 128"), odd.text());
  }

  void the_layer_sweep_is_measured_over_layers_and_tokens() {
    const CliResult result = sandbox_.run({"bench", "compress", "--jobs", "sweep-growth,nll", "--shape", "3x101", "--rounds", "1", "--json"});
    QVERIFY2(result.code == 0, result.text());
    QCOMPARE(result.json().at("lines").size(), std::size_t{1});
    const Json growth = result.json().at("sweep-growth");
    QCOMPARE(growth.size(), std::size_t{9});
    for (const Json& line : growth) QVERIFY2(is_figure(line.at("seconds"), 1) && line.at("of_linear") > 0 && !line.contains("peak_device_bytes"), line.dump().c_str());
    QCOMPARE(growth.at(8).at("layers"), Json(16));
    QCOMPARE(growth.at(8).at("tokens"), Json(4096));
  }
};

QTEST_GUILESS_MAIN(BenchCommandTest)
#include "bench_command_test.moc"
