// SPDX-License-Identifier: GPL-3.0-or-later
// What libtorch throws becomes an error for people.
#include "core/run/translate.h"

#include <c10/util/Exception.h>

#include <QtTest>

using namespace kelter;

namespace {

template <typename Exception>
ErrorInfo translated(const Exception& exception) {
  return translate_exception(std::make_exception_ptr(exception), "node a");
}

}  // namespace

class TranslateTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void a_full_gpu_is_told_with_planned_and_available_bytes() {
    const std::string text =
        "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.18 GiB of which 1.25 GiB is free. "
        "Of the allocated memory 70.00 GiB is allocated by PyTorch. If reserved but unallocated memory is large try setting "
        "PYTORCH_CUDA_ALLOC_CONF.";
    const c10::SourceLocation place{__func__, __FILE__, __LINE__};
    for (const ErrorInfo& info : {translated(c10::OutOfMemoryError(place, text)), translated(c10::Error(place, text))}) {
      QCOMPARE(info.code, ErrorCode::out_of_memory);
      QCOMPARE(info.what, std::string("The GPU has not enough memory"));
      QCOMPARE(info.where, std::string("node a"));
      QVERIFY2(info.why.starts_with("Tried to allocate 20.00 GiB") && info.why.find("1.25 GiB is free") != std::string::npos, info.why.c_str());
      QVERIFY2(info.why.find("PYTORCH_CUDA") == std::string::npos, info.why.c_str());
      QVERIFY(info.remedy.find("--device cpu") != std::string::npos);
    }
  }

  void full_main_memory_is_another_error_text() {
    const ErrorInfo info = translated(std::bad_alloc());
    QCOMPARE(info.code, ErrorCode::out_of_memory);
    QVERIFY(info.what.find("GPU") == std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TranslateTest)
#include "translate_test.moc"
