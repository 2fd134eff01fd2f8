// SPDX-License-Identifier: GPL-3.0-or-later
// The parity tables (weight_parity.h, model_parity.h) on the processor and on the first GPU; kelter-gpu-check runs the
// same on a machine without Qt. Then what devices are called, and what is said where there is none.
#include <QtTest>

#include "core/kernels/dispatch.h"
#include "tests/parity/model_parity.h"
#include "tests/parity/weight_parity.h"
#include "tests/support/engine.h"
#include "tests/support/thrown.h"

using namespace kelter;
using namespace kelter::test;

namespace {

// Counts the cases and keeps the first failures.
struct Tally {
  int cases = 0, failures = 0;
  std::string text;

  Judge judge() {
    return [this](const ParityCase& one) {
      ++cases;
      if (one.ok()) return;
      if (++failures <= 20) text += one.text() + ": error " + std::to_string(one.error) + ", bound " + std::to_string(one.bound) + " " + one.note + "\n";
    };
  }
};

void devices() {
  QTest::addColumn<QString>("device");
  QTest::newRow("processor") << "cpu";
  QTest::newRow("GPU") << "cuda:0";
}

}  // namespace

class ParityTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { start_engine(); }

  void weights_agree_with_float64_data() { devices(); }
  void weights_agree_with_float64() {
    QFETCH(QString, device);
    if (device != "cpu" && device_problem(cuda_support(), 0)) QSKIP("there is no GPU");
    Tally tally;
    compare_weights(parse_device(device.toStdString()), tally.judge());
    QVERIFY2(tally.failures == 0, tally.text.c_str());
    QVERIFY2(tally.cases > 1000, "the table is too short");
  }

  void models_agree_with_the_processor_in_float32_data() { devices(); }
  void models_agree_with_the_processor_in_float32() {
    QFETCH(QString, device);
    if (device != "cpu" && device_problem(cuda_support(), 0)) QSKIP("there is no GPU");
    Tally tally;
    compare_models(parse_device(device.toStdString()), tally.judge());
    QVERIFY2(tally.failures == 0, tally.text.c_str());
    QVERIFY2(tally.cases > 100, "the table is too short");
  }

  // The tables must notice what they are for.
  void a_wrong_product_is_noticed() {
    const Weight weight = DenseWeight::from_tensor(random_values({7, 64}, 1, 0.02), at::kFloat);
    const at::Tensor x = random_values({3, 64}, 2, 1), exact = weight->decode(at::kFloat).to(at::kDouble);
    at::Tensor y = weight->linear(x);
    QVERIFY(product_error(y, x, exact) < 4e-6);
    y[1][2] += 1e-3;
    QVERIFY(product_error(y, x, exact) > 4e-6);
    y[1][2] = std::numeric_limits<float>::quiet_NaN();
    QCOMPARE(product_error(y, x, exact), failed);
    QVERIFY(!(ParityCase{"", "", "", "", "", std::nan(""), 1, ""}.ok()));
  }

  // The layout of packed weights on a device needs no GPU to be looked at.
  void blocks_are_split_and_joined_without_loss() {
    for (const WeightKind& kind : weight_kinds()) {
      const std::int64_t columns = kind.divides > 64 ? 256 : 192;
      const Weight host = kind.make(random_values({5, columns}, 3, 0.02));
      const Weight placed = DeviceWeight::upload(*host, at::kCPU);
      QCOMPARE(placed->bytes(), host->bytes());
      QVERIFY2(placed->content_hash() == host->content_hash(), kind.name.c_str());
      QCOMPARE(placed->name(), host->name());
      if (host->kind() == "dense") continue;
      if (placed->view()->encoding == Encoding::grouped_integer) {   // the split form, which the processor can decode
        at::Tensor values = at::empty({5, columns}, at::kFloat);
        decode_grouped_integer(placed->view()->integers, 0, 5, values.mutable_data_ptr<float>());
        QVERIFY2(at::equal(values, host->decode(at::kFloat)), kind.name.c_str());
      } else {   // as it is stored, elsewhere
        const at::Tensor x = random_values({1, columns}, 4, 1);
        at::Tensor here = at::empty({5}, at::kFloat), there = at::empty({5}, at::kFloat);
        matvec({*host->view(), x.const_data_ptr<float>(), 1, here.mutable_data_ptr<float>()});
        matvec({*placed->view(), x.const_data_ptr<float>(), 1, there.mutable_data_ptr<float>()});
        QVERIFY2(placed->view()->data != host->view()->data && at::equal(here, there), kind.name.c_str());
      }
    }
  }

  void devices_are_read_from_text() {
    QVERIFY(parse_device("cpu") == at::Device(at::kCPU));
    QCOMPARE(to_string(at::Device(at::kCUDA, 2)), std::string("cuda:2"));
    for (const char* wrong : {"", "gpu", "cuda:", "cuda:-1", "cuda:1x", "CUDA"}) {
      const auto error = thrown([&] { parse_device(wrong); });
      QVERIFY2(error && error->code == ErrorCode::invalid_parameter, wrong);
    }
    const at::Device automatic = parse_device("auto");
    QCOMPARE(automatic.is_cuda(), !device_problem(cuda_support(), 0).has_value());
  }

  void what_is_missing_for_a_gpu_is_said() {
    const auto why = [](const CudaSupport& support, int index = 0) {
      const auto problem = device_problem(support, index);
      return problem ? problem->text() : std::string();
    };
    QVERIFY(why({1, 13000, 13000, 0}).empty());
    QVERIFY(why({1, 13000, 13000, 0}, 1).find("cuda:1 was asked for, there are 1") != std::string::npos);
    QVERIFY(why({0, 0, 13000, 35}).find("no NVIDIA driver") != std::string::npos);
    const std::string old = why({0, 12040, 13000, 35});
    QVERIFY2(old.find("too old") != std::string::npos && old.find("CUDA 12.4") != std::string::npos && old.find("CUDA 13.0") != std::string::npos, old.c_str());
    QVERIFY(why({0, 13000, 13000, 100}).find("No GPU was found") != std::string::npos);
    QVERIFY(why({0, 0, 0, 100}).find("no CUDA kernels") != std::string::npos);
  }

  void a_gpu_that_is_not_there_is_a_clear_error() {
    if (!device_problem(cuda_support(), 0)) QSKIP("there is a GPU");
    const auto error = thrown([] { parse_device("cuda"); });
    QVERIFY(error && error->code == ErrorCode::unsupported);
    QVERIFY2(mentions(error, "--device cpu"), error->text().c_str());
  }

  void a_model_too_large_for_the_gpu_is_refused_with_numbers() {
    if (device_problem(cuda_support(), 0)) QSKIP("there is no GPU");
    const ModelState state = tiny_state({});
    const auto error = thrown([&] { DecodeEngine(state, at::kFloat, std::int64_t{1} << 40, 1, parse_device("cuda")); });
    QVERIFY(error && error->code == ErrorCode::out_of_memory);
    QVERIFY2(mentions(error, "are planned for the KV cache") && mentions(error, "are available"), error->text().c_str());
    DecodeEngine engine(state, at::kFloat, 8, 1, parse_device("cuda"));   // the program goes on
    QCOMPARE(engine.prefill(std::vector<std::int32_t>{1, 2}).size(), std::size_t{300});
  }
};

QTEST_GUILESS_MAIN(ParityTest)
#include "parity_test.moc"
