import time
from tests.factories import shop
from tests import world as worlds
import pytest
@pytest.fixture(scope="session")
def world():
    with worlds.running() as started: yield started
def test_it(world):
    acme = world.tenant(); here = shop(acme); world.settle()
    t=time.time(); 
    for _ in range(10): world.settle()
    print("\nsettle nothing", (time.time()-t)/10)
    item = here.item(on_hand=100)["id"]; world.settle()
    t=time.time()
    for _ in range(5):
        here.confirmed((item,1)); here.receive(item, 3)
    print("5 x 3 calls", time.time()-t)
    t=time.time(); world.settle(); print("settle after", time.time()-t)
    t=time.time()
    for _ in range(20): acme.get("/v1/me")
    print("get me", (time.time()-t)/20)
