//! A rehearsal's clock.

use server::clock::Clock as _;

use crate::house::House;

#[tokio::test]
async fn anybody_moves_it_on_and_everybody_sees_it() {
    let house = House::new();
    let monitor = house.browser("monitor");
    monitor.get("/clock").await.is(200).has("It is 2 Mar 2026, 14:00 UTC in this rehearsal");
    let size = house.size();
    assert_eq!(monitor.send("/clock", &[("advance", "1d")]).await, "/");
    assert_eq!(house.size(), size + 1, "moving it is on the record");
    house.browser("coordinator-s01").get("/").await.has("Study clock 3 Mar 2026, 09:00");
    monitor.fill("/clock", "/clock", &[("advance", "-1d")]).await.is(422).has("Choose by how much");
    house.browser("rater-1").get("/clock").await.is(200);
    assert_eq!(house.clock.now(), crate::house::morning().plus_days(1));
}
