"""Items are found as people ask for them, and nobody writes what they are found by."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

import testing_city
from yimen.cli.city import city
from yimen.gateways.preparation import SERVING
from yimen.registry import catalogue

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"
FOOD = "食品经营许可（新办）"
CYBERCAFE = "互联网上网服务营业场所设立（最终审核）"
# What people type, and what must be among the first three then.
ASKED = """
11220199999901903F3220131999000 | 食品经营许可（新办）
220131999000                    | 食品经营许可（新办）
食品经营许可（新办）               | 食品经营许可（新办）
食品经营                         | 食品经营许可（新办）
许可 食品                        | 食品经营许可（新办）
food business                   | 食品经营许可（新办）
shipinjingying                  | 食品经营许可（新办）
shi pin jing ying               | 食品经营许可（新办）
spjyxk                          | 食品经营许可（新办）
开饭店                           | 食品经营许可（新办）
我想开饭店                       | 食品经营许可（新办）
饭店                             | 食品经营许可（新办）
开饭店需要什么材料                | 食品经营许可（新办）
kaifandian                      | 食品经营许可（新办）
open a restaurant               | 食品经营许可（新办）
how do I open a restaurant?     | 食品经营许可（新办）
restaur                         | 食品经营许可（新办）
resturant licence               | 食品经营许可（新办）
食品经迎许可                      | 食品经营许可（新办）
shipinjinyingxuke               | 食品经营许可（新办）
fod business licence            | 食品经营许可（新办）
food busines lisence            | 食品经营许可（新办）
刚出生上户口                      | 出生登记（新生儿入户）
新生儿                           | 出生登记（新生儿入户）
new baby                        | 出生登记（新生儿入户）
换驾照                           | 机动车驾驶证期满换证
驾照到期怎么换                    | 机动车驾驶证期满换证
driving license renewal         | 机动车驾驶证期满换证
驾照丢了怎么补                    | 机动车驾驶证遗失补证
jiashizheng                     | 机动车驾驶证期满换证
jsz                             | 机动车驾驶证期满换证
开网吧                           | 互联网上网服务营业场所设立（最终审核）
wangba                          | 互联网上网服务营业场所设立（最终审核）
internet cafe                   | 互联网上网服务营业场所设立（最终审核）
身份证丢了怎么办                  | 居民身份证换领、补领
I lost my id card               | 居民身份证换领、补领
办护照                           | 普通护照签发（首次/换发/补发）
pasport                         | 普通护照签发（首次/换发/补发）
怎么领结婚证                      | 结婚登记
get married                     | 结婚登记
二手房过户                       | 不动产转移登记（存量房买卖）
退休金                           | 基本养老金领取申请（企业职工正常退休）
我失业了                         | 失业保险金申领
unemployment benefit            | 失业保险金申领
低保                             | 最低生活保障审核确认
取公积金                         | 离休、退休提取住房公积金
注册公司                         | 公司设立登记
start a company                 | 公司设立登记
kaigongsi                       | 公司设立登记
resteraunt                      | 食品经营许可（新办）
get marryed                     | 结婚登记
foood licence                   | 食品经营许可（新办）
food licens                     | 食品经营许可（新办）
食品经营许可征                    | 食品经营许可（新办）
pasport                         | 普通护照签发（首次/换发/补发）
营业执照                         | 公司设立登记
报户口                           | 出生登记（新生儿入户）
宝宝打疫苗                        | 预防接种证补办
小孩上学                         | 小学一年级入学报名
canting                         | 食品经营许可（新办）
signboard                       | 门头牌匾设置备案（新办）
noodle shop                     | 食品经营许可（新办）
身份证                           | 居民身份证换领、补领
driving licence                 | 机动车驾驶证初次申领
new car                         | 机动车注册登记
拖欠工资                         | 农民工欠薪线索反映
烟草证                           | 烟草专卖零售许可证核发
开药店                           | 药品经营许可（零售）核发
异地看病报销                      | 基本医疗保险跨省异地就医备案
"""
QUESTIONS = [tuple(part.strip() for part in line.split("|")) for line in ASKED.strip().splitlines()]


@pytest.fixture(scope="module")
def sample() -> Iterator[None]:
    before = testing_city.current()
    made = testing_city.make("yimen_search")
    testing_city.move_to(made)
    loaded = CliRunner().invoke(city, ["load", str(SAMPLE)])
    assert loaded.exit_code == 0, loaded.output
    yield
    testing_city.move_to(before)
    testing_city.drop(made)


def names(typed: str, **among: str) -> list[str]:
    return [one["name_zh"] for one in catalogue.find(typed=typed, login="public", among=catalogue.Among(**among))]


@pytest.mark.parametrize(("typed", "meant"), QUESTIONS)
def test_what_people_type_finds_what_they_mean_among_the_first_three(sample: None, typed: str, meant: str) -> None:
    assert meant in names(typed)[:3]


def test_a_main_item_comes_before_its_variants_and_an_everyday_word_before_a_sound(sample: None) -> None:
    found = names("饭店")
    assert found.index(FOOD) < found.index("放心消费示范店认定")
    found = names("建筑业企业资质许可")
    assert [one for one in found if one.endswith("（变更）")]
    assert [one for one in found if one.endswith("（新办）")] == found[: sum(one.endswith("（新办）") for one in found)]


def test_what_is_found_and_listed_can_be_of_one_agency_kind_theme_or_event(sample: None) -> None:
    assert FOOD in names("licence", kind="organisation", agency="11220199999901903F")
    assert "护士执业注册" in names("注册", kind="person")
    assert "护士执业注册" not in names("注册", kind="organisation")
    assert names(FOOD, agency="11220199999901946W") == []
    assert FOOD in names("许可", event="restaurant")
    assert FOOD not in names("许可", event="birth")
    ways = catalogue.ways()
    for field, codes in (
        ("kind", ways["kinds"]),
        ("theme", ways["themes"]),
        ("agency", {one["code"]: one["items"] for one in ways["agencies"]}),
        ("event", {one["code"]: one["items"] for one in ways["events"]}),
    ):
        code, many = min(codes.items(), key=lambda one: one[1])
        assert len(catalogue.listed(among=catalogue.Among(**{field: code}), limit=100)) == min(many, 100), field
    assert ways["items"] == sum(one["items"] for one in ways["agencies"])
    assert len(ways["events"]) == 15


def test_what_nothing_is_like_finds_nothing(sample: None) -> None:
    for typed in ("", " ", "\x00", "%", "_", "\\", "xqzwvk", "潜水艇"):
        assert names(typed) == [], typed


def test_what_nobody_can_say_is_looked_for_all_the_same(sample: None) -> None:
    assert names("x" * 300) == []
    assert FOOD in names("resteraunt " + "x" * 80)
    sql = "select length(array_to_string(registry_heard(repeat('mn', 300)), ''))"  # a name of one long word
    with psycopg.connect(testing_city.uri("owner")) as owner:
        assert owner.execute(sql).fetchone() == (12,)


@pytest.mark.parametrize("table", ["registry_spelling", "registry_synonym", "registry_sought", "registry_life_event"])
@pytest.mark.parametrize("login", SERVING)
def test_no_login_writes_what_items_are_found_by(
    connect: Callable[[str], psycopg.Connection], login: str, table: str
) -> None:
    for write in (f"insert into {table} default values", f"truncate {table}", f"delete from {table}"):
        with connect(login) as one, pytest.raises(psycopg.errors.InsufficientPrivilege):
            one.execute(write)
