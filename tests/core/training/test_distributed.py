from detcore.training import is_main, rank, world_size
from detcore.training.distributed import mean_over_ranks


def test_a_process_alone_is_the_main_one():
    assert (rank(), world_size(), is_main()) == (0, 1, True)


def test_the_mean_over_one_process_is_its_own():
    assert mean_over_ranks({"loss": 0.1}) == {"loss": 0.1}
