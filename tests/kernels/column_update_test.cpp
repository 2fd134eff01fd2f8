// SPDX-License-Identifier: GPL-3.0-or-later
// All variants of the column update give the bits of the reference.
#include "core/kernels/column_update.h"

#include <QtTest>

#include "tests/kernels/column_update_case.h"
#include "tests/kernels/forced_variant.h"

using namespace kelter;
using namespace kelter_tests;

class ColumnUpdateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void all_variants_give_the_same_bits() {
    for (const ColumnCaseSize& size : column_case_sizes()) {
      ColumnCase expected(size);
      {
        const ForcedVariant forced("column_update", Isa::reference);
        update_columns(expected.call());
      }
      QVERIFY2(expected.changed(), size.text().c_str());
      for (const Isa isa : available_isas()) {
        const ForcedVariant forced("column_update", isa);
        const std::uint64_t before = counted(forced.name()).calls;
        ColumnCase one(size);
        update_columns(one.call());
        QCOMPARE(counted(forced.name()).calls, before + 1);
        QVERIFY2(one == expected, (forced.name() + " " + size.text()).c_str());
      }
    }
  }
};

QTEST_GUILESS_MAIN(ColumnUpdateTest)
#include "column_update_test.moc"
